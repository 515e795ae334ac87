/** Images in another size: of which old pixels a new one is made, along each axis on its own. */
import { add, gather, mul, type Tensor, where } from "@neurite/tensor";
import { type Call, type Made, type Operators, type Typed, unsupported } from "../call.ts";
import type { Order } from "../value.ts";

/** How far from a pixel's centre its neighbours count, and how much. */
interface Filter {
  readonly reach: number;
  readonly weight: (distance: number) => number;
}

const LINEAR: Filter = { reach: 1, weight: (t) => Math.max(0, 1 - Math.abs(t)) };

/** Keys' cubic convolution, with the slope `a` at distance 1. */
function cubic(a: number): Filter {
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return {
    reach: 2,
    weight: (t) => Math.abs(t) <= 1 ? near(Math.abs(t)) : Math.abs(t) < 2 ? far(Math.abs(t)) : 0,
  };
}

/** The nearest pixel to a place, by the name of the rule. */
const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Everything about one axis: `m` new pixels of `n`. */
interface Axis {
  readonly n: number;
  readonly m: number;
  readonly scale: number;
  /** Which part of the axis is resized, from 0 to 1. */
  readonly part: readonly [start: number, end: number];
}

/** Where the centre of a new pixel lies among the old ones, by the name of the rule. */
const PLACES: Readonly<Record<string, (i: number, axis: Axis) => number>> = {
  half_pixel: (i, { scale }) => (i + 0.5) / scale - 0.5,
  half_pixel_symmetric: (i, { n, m, scale }) => {
    return n / 2 * (1 - m / (n * scale)) + (i + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (i, { m, scale }) => m > 1 ? (i + 0.5) / scale - 0.5 : 0,
  // The size before it is rounded down, as the specification has it.
  align_corners: (i, { n, scale }) => n * scale === 1 ? 0 : i * (n - 1) / (n * scale - 1),
  asymmetric: (i, { scale }) => i / scale,
  tf_crop_and_resize: (i, { n, m, part: [start, end] }) => {
    if (m === 1) return (start + end) / 2 * (n - 1);
    return start * (n - 1) + i * (end - start) * (n - 1) / (m - 1);
  },
};

/** How all axes are resized. */
interface Rules {
  readonly mode: string;
  readonly place: string;
  readonly nearest: string;
  readonly filter: Filter;
  readonly antialias: boolean;
  readonly excludeOutside: boolean;
  readonly outside: number;
}

/** The old pixels that a new one is made of, with their weights; none if it lies outside. */
function mixture(i: number, axis: Axis, rules: Rules): [at: number, weight: number][] {
  const x = PLACES[rules.place](i, axis), { n } = axis;
  const inside = (at: number) => Math.min(Math.max(at, 0), n - 1);
  if (rules.place === "tf_crop_and_resize" && (x < 0 || x > n - 1)) return [];
  if (rules.mode === "nearest") return [[inside(NEAREST[rules.nearest](x)), 1]];
  const shrink = rules.antialias ? Math.min(1, axis.scale) : 1;
  const { reach, weight } = rules.filter, width = reach / shrink;
  const found: [number, number][] = [];
  for (let at = Math.ceil(x - width); at <= Math.floor(x + width); at++) {
    const w = weight((at - x) * shrink);
    if (w === 0 || (rules.excludeOutside && inside(at) !== at)) continue;
    found.push([inside(at), w]);
  }
  const sum = found.reduce((total, [, w]) => total + w, 0);
  return found.map(([at, w]) => [at, w / sum]);
}

/** `x` with one axis resized. */
function along(call: Call, x: Tensor, at: number, axis: Axis, rules: Rules): Tensor {
  if (axis.n === axis.m && axis.scale === 1 && rules.place !== "tf_crop_and_resize") return x;
  const mixtures = Array.from({ length: axis.m }, (_, i) => mixture(i, axis, rules));
  const terms = Math.max(1, ...mixtures.map(({ length }) => length));
  const shape = x.shape.map((_, i) => i === at ? axis.m : 1);
  const vector = (values: number[]) => call.host({ type: "float", shape, values });
  const parts = Array.from({ length: terms }, (_, k) => {
    const part = gather(x, Int32Array.from(mixtures, (list) => list[k]?.[0] ?? 0), at);
    const weights = mixtures.map((list) => list[k]?.[1] ?? 0);
    return weights.every((w) => w === 1) ? part : mul(part, vector(weights));
  });
  const y = parts.reduce((a, b) => add(a, b));
  if (mixtures.every(({ length }) => length > 0)) return y;
  return where(vector(mixtures.map(({ length }) => length > 0 ? 1 : 0)), y, rules.outside);
}

/** The scales and sizes of the result, by the axes that are named. */
function sizesOf(
  call: Call,
  axes: readonly number[],
  scales: readonly number[],
  sizes: readonly number[] | undefined,
): { scale: number; m: number }[] {
  const shape = call.shape(0), policy = call.attributes.text("keep_aspect_ratio_policy", "stretch");
  if (sizes === undefined) {
    return axes.map((axis, i) => ({
      scale: scales[i],
      m: Math.floor(scales[i] * shape[axis] + 1e-9),
    }));
  }
  const each = axes.map((axis, i) => sizes[i] / shape[axis]);
  if (policy === "stretch") return each.map((scale, i) => ({ scale, m: sizes[i] }));
  const scale = policy === "not_larger" ? Math.min(...each) : Math.max(...each);
  return axes.map((axis) => ({ scale, m: Math.floor(scale * shape[axis] + 0.5) }));
}

function resize(call: Call): Typed {
  const { attributes } = call, value = call.value(0), rank = value.shape.length;
  // Before version 11, the scales were the second input.
  const old = call.opset < 11, given = call.numbers(old ? 1 : 2) ?? [];
  const sizes = old ? undefined : call.numbers(3);
  const axes = (attributes.ints("axes") ?? value.shape.map((_, i) => i)).map((n) =>
    call.axis(n, rank)
  );
  const region = old ? undefined : call.numbers(1);
  const rules: Rules = {
    mode: attributes.text("mode", "nearest"),
    place: attributes.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
    nearest: attributes.text("nearest_mode", old ? "floor" : "round_prefer_floor"),
    filter: attributes.text("mode", "nearest") === "cubic"
      ? cubic(attributes.float("cubic_coeff_a", -0.75))
      : LINEAR,
    antialias: attributes.int("antialias", 0) === 1,
    excludeOutside: attributes.int("exclude_outside", 0) === 1,
    outside: attributes.float("extrapolation_value", 0),
  };
  if (!(rules.place in PLACES)) unsupported(`Resize with ${rules.place}`);
  if (!["nearest", "linear", "cubic"].includes(rules.mode) || !(rules.nearest in NEAREST)) {
    unsupported(`Resize by ${rules.mode}, ${rules.nearest}`);
  }
  return mixed(call, axes, sizesOf(call, axes, given, sizes), rules, region);
}

/** The axes one after the other, in the order in which they lie in memory. */
function mixed(
  call: Call,
  axes: readonly number[],
  targets: readonly { scale: number; m: number }[],
  rules: Rules,
  region: readonly number[] = [],
): Typed {
  const { shape, order }: { shape: readonly number[]; order: Order | undefined } = call.value(0);
  let y = call.ordered(0, order);
  axes.forEach((axis, i) => {
    const part = [region[i] ?? 0, region[axes.length + i] ?? 1] as const;
    const at = order === undefined ? axis : order.indexOf(axis);
    y = along(call, y, at, { n: shape[axis], ...targets[i], part }, rules);
  });
  return { tensor: y, order };
}

/** The older operator: scales, from the nearest pixel or between. */
function upsample(call: Call): Made {
  const axes = call.shape(0).map((_, i) => i);
  const scales = call.attributes.floats("scales") ?? call.numbers(1) ?? [];
  const mode = call.attributes.text("mode", "nearest");
  return mixed(call, axes, sizesOf(call, axes, scales, undefined), {
    mode,
    place: "asymmetric",
    nearest: "floor",
    filter: LINEAR,
    antialias: false,
    excludeOutside: false,
    outside: 0,
  });
}

/** The operators of this file. */
export const resizing: Operators = {
  Resize: {
    attributes: [
      "antialias",
      "axes",
      "coordinate_transformation_mode",
      "cubic_coeff_a",
      "exclude_outside",
      "extrapolation_value",
      "keep_aspect_ratio_policy",
      "mode",
      "nearest_mode",
    ],
    run: resize,
  },
  Upsample: { attributes: ["mode", "scales"], run: upsample },
};
