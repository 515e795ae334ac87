/**
 * Where a value lies along an axis: the range, the ticks and their texts, the same for SVG and
 * terminal.
 *
 * @module
 */

/** One axis of a chart. */
export interface Axis {
  /** What the axis shows, with its unit: `"epoch"`, `"loss"`, `"time (s)"`. */
  label?: string;
  /** `"linear"` (the default) or `"log"` (base 10; every value must then be above 0). */
  scale?: "linear" | "log";
  /** Start of the axis; from the data without it. */
  min?: number;
  /** End of the axis; from the data without it. */
  max?: number;
}

/** A finished axis. */
export interface Scale {
  readonly label: string;
  readonly log: boolean;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  /** Text of a tick. */
  format(value: number): string;
  /** 0 at `min`, 1 at `max`. */
  fraction(value: number): number;
}

/** How the range is chosen where the caller does not say. */
export interface Fit {
  /** `"tight"`: end at the data; `"nice"`: end at ticks. */
  range: "tight" | "nice";
  /** Room on both sides as a share of the data's range. */
  pad?: number;
  /** Ticks only at integers. */
  whole?: boolean;
  /** How many ticks to aim for. */
  ticks?: number;
}

/** The axis for `values` (finite), named `name` in errors. */
export function makeScale(
  values: readonly number[],
  axis: Axis,
  fit: Fit,
  task: string,
  name: string,
): Scale {
  const log = axis.scale === "log";
  for (const [which, end] of [["min", axis.min], ["max", axis.max]] as const) {
    if (end !== undefined && (!Number.isFinite(end) || (log && end <= 0))) {
      throw new RangeError(
        `Cannot ${task} as ${which} of a ${log ? "log" : "linear"} axis must be ` +
          `${log ? "a finite number above 0" : "finite"}: current ${name}.${which} is ${end}`,
      );
    }
  }
  let low = values.reduce((a, b) => Math.min(a, b), Infinity);
  let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (log && low <= 0) {
    throw new RangeError(
      `Cannot ${task} as every value on a log axis must be above 0: the smallest ${name} is ${low}`,
    );
  }
  const to = log ? Math.log10 : (v: number) => v;
  const from = log ? (v: number) => 10 ** v : (v: number) => v;
  low = to(axis.min ?? from(to(low)));
  high = to(axis.max ?? from(to(high)));
  if (low > high) {
    throw new RangeError(
      `Cannot ${task} as an axis must start before it ends: ` +
        `current ${name} goes from ${from(low)} to ${from(high)}`,
    );
  }
  // Values that hardly differ are drawn as one, in the middle of some room.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const one = high - low <= Math.max(largest * 1e-9, 1e-200);
  const room = one
    ? (log || largest < 1e-200 ? 0.5 : largest * 0.1)
    : (high - low) * (fit.pad ?? 0);
  if (axis.min === undefined || one) low -= room;
  if (axis.max === undefined || one) high += room;
  const step = niceStep(high - low, fit.ticks ?? 6, fit.whole ?? false);
  const places = log ? logTicks(low, high) : stepTicks(low, high, step);
  if (fit.range === "nice") {
    if (axis.min === undefined) low = places[0];
    if (axis.max === undefined) high = places[places.length - 1];
  }
  const slack = (high - low) * 1e-9;
  const ticks = places.filter((place) => place >= low - slack && place <= high + slack)
    .map((place) => clean(from(place)));
  const format = log ? logFormat(ticks) : linearFormat(ticks, step);
  return {
    label: axis.label ?? "",
    log,
    min: clean(from(low)),
    max: clean(from(high)),
    ticks,
    format,
    fraction: (value) => (to(value) - low) / (high - low),
  };
}

/** Text of a number by itself, with three digits; with an exponent outside 0.001 to 100,000. */
export function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  const text = magnitude !== 0 && (magnitude >= 1e5 || magnitude < 0.999e-3)
    ? Number(value.toPrecision(3)).toExponential().replace("e+", "e")
    : String(Number(value.toPrecision(3)));
  return text.replaceAll("-", "−");
}

/** All ticks of an axis are written in one way: as they are, or all as multiples of one power of ten. */
function linearFormat(ticks: readonly number[], step: number): Scale["format"] {
  const largest = Math.max(...ticks.map(Math.abs));
  const power = largest >= 1e7 || (largest > 0 && largest < 1e-3)
    ? Math.floor(Math.log10(largest) + 1e-9)
    : 0;
  const unit = 10 ** power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  return (value) => {
    if (power === 0) return plain(value, decimals);
    return value === 0 ? "0" : `${plain(value / unit, decimals)}·${powerOfTen(power)}`;
  };
}

/** Numbers as they are where they all lie between 0.0001 and 1,000,000, else powers of ten. */
function logFormat(ticks: readonly number[]): Scale["format"] {
  if (ticks.every((tick) => tick >= 0.999e-4 && tick < 1.001e6)) {
    return (value) => plain(value, Math.max(0, -Math.floor(Math.log10(value) + 1e-9)));
  }
  return (value) => {
    const power = Math.floor(Math.log10(value) + 1e-9), lead = Math.round(value / 10 ** power);
    return lead === 1 ? powerOfTen(power) : `${lead}·${powerOfTen(power)}`;
  };
}

/** A number with so many decimals, and commas between thousands from 10,000 on. */
function plain(value: number, decimals: number): string {
  const text = value.toFixed(Math.min(decimals, 12));
  const [whole, part] = (Number(text) === 0 ? text.replace("-", "") : text).split(".");
  const grouped = /\d{5}/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return (part === undefined ? grouped : `${grouped}.${part}`).replace("-", "−");
}

const powerOfTen = (power: number) =>
  "10" + [...String(power)].map((sign) => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]).join("");

/** Multiples of `step` from at or below `low` to at or above `high`. */
function stepTicks(low: number, high: number, step: number): number[] {
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Logarithms of powers of ten, or of 1, 2 and 5 times those where they are few; ends as above. */
function logTicks(low: number, high: number): number[] {
  if (high - low > 2) return stepTicks(low, high, Math.max(1, Math.ceil((high - low) / 8)));
  const all: number[] = [];
  for (let power = Math.floor(low) - 1; power <= Math.ceil(high); power++) {
    all.push(power, power + Math.log10(2), power + Math.log10(5));
  }
  const first = all.findLastIndex((place) => place <= low + 1e-9);
  const last = all.findIndex((place, i) => i > first && place >= high - 1e-9);
  return all.slice(first, last + 1);
}

/** A step of 1, 2 or 5 times a power of ten that gives about `count` ticks. */
export function niceStep(span: number, count: number, whole: boolean): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  const step = (lead < Math.SQRT2 ? 1 : lead < 3.2 ? 2 : lead < 7.1 ? 5 : 10) * power;
  return whole ? Math.max(1, Math.round(step)) : step;
}

const clean = (value: number) => Number(value.toPrecision(12));
