/**
 * A function of two numbers, seen from above: bands of one colour between two heights.
 *
 * @module
 */
import { readVector, type Vector } from "./arrays.ts";
import { chartPicture, readOptions, readPoints } from "./chart.ts";
import { type DecisionLine, type Polyline, readLines } from "./lines.ts";
import { checkEqual, type PlaneOptions, type PointLayer } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale, niceStep } from "./scale.ts";
import type { PointGroup } from "./scatter.ts";
import { colourOf, palette, tint } from "./theme.ts";

/** Options of {@linkcode contourChart}. */
export interface ContourChartOptions extends PlaneOptions {
  /** The function: one number for each point `[x, y]`. It is called once, with a grid of points. */
  f: (points: number[][]) => Vector;
  /** The horizontal axis, with `min` and `max`. Linear. */
  x: Omit<Axis, "scale"> & { min: number; max: number };
  /** The vertical axis, with `min` and `max`. Linear. */
  y: Omit<Axis, "scale"> & { min: number; max: number };
  /** About how many bands, 10 without it, or the heights between them in rising order. */
  levels?: number | readonly number[];
  /** Lines over it, such as the path of a descent. */
  lines?: readonly (Polyline | DecisionLine)[];
  /** Points over it, such as a minimum. */
  groups?: readonly PointGroup[];
  /** Points of the grid along each axis, 101 without it. */
  resolution?: number;
}

/**
 * The bowl of a loss over two weights, with the paths that descend it; or any other surface. Colours go
 * from white to blue; where numbers lie on both sides of 0, blue is below it and vermilion above. What
 * they stand for is written beside them.
 *
 * @throws {RangeError} where an axis does not rise, `f` gives more or fewer numbers than it got points,
 * or a number is NaN or infinite.
 *
 * @example
 * ```ts
 * import { contourChart } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const path = Array.from({ length: 6 }, (_, t) => 0.5 ** t); // steps that halve both weights
 * const picture = contourChart({
 *   title: "A bowl",
 *   f: (points) => points.map(([a, b]) => a * a + 2 * b * b),
 *   x: { label: "w₁", min: -1, max: 1 },
 *   y: { label: "w₂", min: -1, max: 1 },
 *   lines: [{ name: "descent", x: path, y: path, dots: true }],
 *   equal: true,
 * });
 * assertStringIncludes(await picture.toSVG(), "descent");
 * ```
 */
export function contourChart(options: ContourChartOptions): Picture {
  const task = "draw a contour chart";
  const { f, resolution = 101, levels = 10, equal } = options;
  for (const name of ["x", "y"] as const) {
    const { min, max } = options[name];
    if (Number.isFinite(min) && Number.isFinite(max) && min < max) continue;
    throw new RangeError(
      `Cannot ${task} as an axis must start before it ends: ` +
        `current ${name} goes from ${min} to ${max}`,
    );
  }
  if (!Number.isInteger(resolution) || resolution < 10 || resolution > 2000) {
    throw new RangeError(
      `Cannot ${task} as resolution must be an integer from 10 to 2000: it is ${resolution}`,
    );
  }
  const fit = { range: "tight" } as const;
  const x = makeScale([options.x.min, options.x.max], options.x, fit, task, "x");
  const y = makeScale([options.y.min, options.y.max], options.y, fit, task, "y");
  checkEqual(equal, x, y, task);
  const along = (scale: typeof x, i: number) =>
    scale.min + (scale.max - scale.min) * i / (resolution - 1);
  const grid = Array.from({ length: resolution ** 2 }, (_, at) => [
    along(x, at % resolution),
    along(y, Math.floor(at / resolution)),
  ]);
  const values = readVector(f(grid), task, "the result of f");
  if (values.length !== grid.length) {
    throw new RangeError(
      `Cannot ${task} as f must give one number a point: ` +
        `it got ${grid.length} points and gave ${values.length}`,
    );
  }
  const thresholds = thresholdsOf(values, levels, task);
  const groups = (options.groups ?? []).map((group, i): PointLayer => ({
    kind: "points",
    name: group.name ?? "",
    colour: colourOf(i + 4),
    points: readPoints(group.x, group.y, task, `groups[${i}]`),
    symbol: i + 3,
  }));
  const lines = readLines(options.lines ?? [], 1, task).layersOn(x, y);
  return chartPicture(readOptions(options, task), [{
    x,
    y,
    equal,
    layers: [
      {
        kind: "field",
        columns: resolution,
        rows: resolution,
        values: Float64Array.from(values),
        thresholds,
        colours: coloursOf(thresholds),
      },
      ...lines,
      ...groups,
    ],
  }]);
}

/** The heights between the bands, at least one. */
function thresholdsOf(
  values: readonly number[],
  levels: number | readonly number[],
  task: string,
): number[] {
  if (typeof levels === "object") {
    const list = readVector(levels, task, "levels");
    const bad = list.findIndex((level, i) => i > 0 && level <= list[i - 1]);
    if (bad < 0) return list;
    throw new RangeError(
      `Cannot ${task} as levels must rise: levels[${bad}] is ${list[bad]} after ${list[bad - 1]}`,
    );
  }
  if (!Number.isInteger(levels) || levels < 2 || levels > 50) {
    throw new RangeError(
      `Cannot ${task} as levels must be an integer from 2 to 50: current levels is ${levels}`,
    );
  }
  const low = values.reduce((a, b) => Math.min(a, b)),
    high = values.reduce((a, b) => Math.max(a, b));
  if (low === high) return [low];
  const step = niceStep(high - low, levels, false);
  const first = Math.floor(low / step + 1e-9) + 1, last = Math.ceil(high / step - 1e-9) - 1;
  const count = Math.max(1, last - first + 1);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A colour for each band: the farther from white, the farther from 0, or from the lowest. */
function coloursOf(thresholds: readonly number[]): string[] {
  const bands = thresholds.length + 1, top = thresholds[bands - 2];
  const both = thresholds[0] < 0 && top > 0;
  if (!both) {
    return Array.from({ length: bands }, (_, i) => tint(palette[0], 0.04 + 0.66 * i / (bands - 1)));
  }
  // The middle of each band; the outer ones are as wide as those beside them.
  const width = (top - thresholds[0]) / Math.max(1, bands - 2);
  const middles = Array.from({ length: bands }, (_, i) => thresholds[0] + (i - 0.5) * width);
  const most = Math.max(...middles.map(Math.abs));
  return middles.map((at) => tint(palette[at < 0 ? 0 : 1], 0.75 * Math.abs(at) / most));
}
