import { checkOneOf, checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { ndarray } from "../../ndarray.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { images } from "../rules/images.ts";
import { withImage } from "../rules/pool2d.ts";
import { checkFinite } from "../rules/parameters.ts";
import { type Pair, pair } from "../rules/window.ts";

/** What stands around an image, in the order in which the kernels number it. */
export const FILL_MODES = ["constant", "nearest", "reflect", "wrap"] as const;

/** What stands around an image, by its name. */
export type FillMode = typeof FILL_MODES[number];

/** How {@linkcode affineTransform} takes its pixels; names and defaults are Keras's. */
export interface AffineOptions {
  /** Height and width of the results; those of `x` by default. */
  readonly size?: Pair;
  /** From the nearest pixel, or between four (the default). */
  readonly interpolation?: "nearest" | "bilinear";
  /**
   * What stands around an image `abcd`: `"constant"` (the default) `fillValue`, `"nearest"`
   * `aaa|abcd|ddd`, `"reflect"` `cba|abcd|dcb`, `"wrap"` `bcd|abcd|abc`.
   */
  readonly fillMode?: FillMode;
  /** The number around an image with `"constant"`; 0 by default. */
  readonly fillValue?: number;
}

const OPTIONS: Record<keyof AffineOptions, true> = {
  size: true,
  interpolation: true,
  fillMode: true,
  fillValue: true,
};

/** The attributes of an affine transformation. */
export interface Affine {
  /** Height and width of the images that pixels are taken from. */
  readonly from: readonly [number, number];
  /** Height and width of the images that are made. */
  readonly to: readonly [number, number];
  /** How pixels are found. */
  readonly interpolation: "nearest" | "bilinear";
  /** What stands around an image. */
  readonly fillMode: FillMode;
  /** The number around it with `"constant"`. */
  readonly fillValue: number;
}

/** Numbers of a transformation. */
const NUMBERS = 6;

/** Farther out nothing changes; what is no number lies there, too. */
const FAR = 1e9;

/** The index of the pixel that stands at `i` of an axis of `n`; -1 for the constant around it. */
function indexAt(i: number, n: number, mode: FillMode): number {
  if (i >= 0 && i < n) return i;
  if (mode === "constant") return -1;
  if (mode === "nearest") return i < 0 ? 0 : n - 1;
  const period = mode === "wrap" ? n : 2 * n, k = ((i % period) + period) % period;
  return k < n ? k : period - 1 - k;
}

/** A pixel's two sources along an axis, and how far it lies from the first to the second. */
type Source = readonly [first: number, second: number, weight: number];

function sourceAt(place: number, n: number, { interpolation, fillMode }: Affine): Source {
  const p = place > -FAR ? Math.min(place, FAR) : -FAR;
  const first = Math.floor(interpolation === "nearest" ? p + 0.5 : p);
  const at = indexAt(first, n, fillMode);
  if (interpolation === "nearest") return [at, at, 0];
  return [at, indexAt(first + 1, n, fillMode), p - first];
}

/**
 * Calls `f` for every number of the images that are made, each of those that it is made of, -1 for
 * the constant around, and its weight. `transform(i)` is number `i` of the transformations.
 */
function visitSources(
  [n, , , channels]: readonly number[],
  attributes: Affine,
  transform: (i: number) => number,
  f: (made: number, taken: number, weight: number) => void,
): void {
  const { from: [height, width], to: [rows, columns] } = attributes;
  let at = 0;
  for (let image = 0; image < n; image++) {
    const [a, b, c, d, e, g] = Array.from(
      { length: NUMBERS },
      (_, k) => transform(image * NUMBERS + k),
    );
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const [left, right, across] = sourceAt(a * j + (b * i + c), width, attributes);
        const [top, bottom, down] = sourceAt(d * j + (e * i + g), height, attributes);
        for (let channel = 0; channel < channels; channel++, at++) {
          const place = (y: number, x: number) =>
            y < 0 || x < 0 ? -1 : ((image * height + y) * width + x) * channels + channel;
          f(at, place(top, left), (1 - down) * (1 - across));
          if (across > 0) f(at, place(top, right), (1 - down) * across);
          if (down > 0) f(at, place(bottom, left), down * (1 - across));
          if (down * across > 0) f(at, place(bottom, right), down * across);
        }
      }
    }
  }
}

const op: OpDefinition<Affine> = {
  name: "affineTransform",
  shape: ([{ shape }], { to }) => ({ shape: withImage(shape, to), dtype: "float32" }),
  reference: ([x, t], attributes, { data, shape }) => {
    data.fill(0);
    const transform = (i: number) => t.data[t.offset + i];
    visitSources(shape, attributes, transform, (made, taken, weight) => {
      data[made] += weight * (taken < 0 ? attributes.fillValue : x.data[x.offset + taken]);
    });
  },
  gradient: ({ dy, inputs: [, t], attributes }, index) =>
    index === 0 ? apply(gradientOp, [dy, t], attributes) : undefined,
};

const gradientOp: OpDefinition<Affine> = {
  name: "affineTransformGradient",
  shape: ([{ shape }], { from }) => ({ shape: withImage(shape, from), dtype: "float32" }),
  reference: ([dy, t], attributes, { data }) => {
    data.fill(0);
    const transform = (i: number) => t.data[t.offset + i];
    visitSources(dy.shape, attributes, transform, (made, taken, weight) => {
      if (taken >= 0) data[taken] += weight * dy.data[dy.offset + made];
    });
  },
  gradient: ({ dy, inputs: [, t], attributes }, index) =>
    index === 0 ? apply(op, [dy, t], { ...attributes, fillValue: 0 }) : undefined,
};

/** Transformations for `n` images, as a tensor `[n, 6]`; refuses others. */
function transformsFor(operation: string, value: TensorLike, x: Tensor): Tensor {
  const transforms = cast(asTensor(value, x.backend), "float32");
  if (transforms.rank === 2 && transforms.shape[0] === x.shape[0] && transforms.shape[1] === 6) {
    return transforms;
  }
  throw new ShapeError(
    operation,
    `there must be six numbers for each of the ${x.shape[0]} images, [${x.shape[0]}, 6]`,
    [transforms.shape],
  );
}

/** The attributes that options ask for. */
function affine(operation: string, { shape }: Tensor, options: AffineOptions): Affine {
  checkOptions(operation, options, OPTIONS);
  const { interpolation = "bilinear", fillMode = "constant", fillValue = 0 } = options;
  checkOneOf(operation, "interpolation", interpolation, ["nearest", "bilinear"]);
  checkOneOf(operation, "fillMode", fillMode, FILL_MODES);
  checkFinite("affineTransform", "fillValue", fillValue);
  const from = [shape[1], shape[2]] as const;
  const to = options.size === undefined ? from : pair(operation, "the size", options.size, 1);
  if (from[0] * from[1] > 0) return { from, to, interpolation, fillMode, fillValue };
  throw new ShapeError(operation, "images must have pixels", [shape]);
}

/** Turned a little, mirrored, moved far out, sheared and shrunk. */
const TRANSFORMS = [
  [0.875, -0.375, 1.25, 0.375, 0.875, -0.5],
  [-1, 0, 4, 0, 1, 0],
  [1, 0, -9.75, 0, 1, 13.5],
  [1.75, 0.5, -2.25, 0.125, 2.5, -3.125],
];
const CASES: readonly [shape: readonly number[], options: AffineOptions][] = [
  ...FILL_MODES.map((fillMode): [number[], AffineOptions] => [[4, 4, 5, 3], { fillMode }]),
  [[4, 5, 3, 1], { fillValue: -0.75, size: [3, 7] }],
  [[4, 3, 4, 2], { interpolation: "nearest", fillMode: "wrap", size: 5 }],
  [[4, 3, 4, 5], { interpolation: "nearest", fillValue: 0.5 }],
  [[1, 1, 1, 17], { fillMode: "reflect", size: 2 }],
  [[0, 2, 2, 1], {}],
];
const SAMPLES = CASES.map(([shape, options]) => ({
  name: `[${shape}], ${JSON.stringify(options)}`,
  shape,
  options,
  // On the host, not among the inputs: results do not change smoothly with them.
  transforms: ndarray(Float32Array.from(TRANSFORMS.slice(0, shape[0]).flat()), [shape[0], NUMBERS]),
}));

/**
 * Images turned, moved, mirrored, zoomed or sheared, each by six numbers of its own: `x` is
 * `[n, height, width, channels]`, `transforms` is `[n, 6]` with `[a, b, c, d, e, f]` for each image.
 *
 * The pixel in row `i` and column `j` of the result is what stands in `x` at
 *
 * `column = a j + b i + c`, `row = d j + e i + f`
 *
 * so the numbers say where pixels come from: `[1, 0, 2, 0, 1, 0]` moves an image two pixels to the
 * left, `[-1, 0, width - 1, 0, 1, 0]` mirrors it. Between pixels, `v = (1 - s)(1 - t) x_00 + s (1 - t)
 * x_01 + (1 - s) t x_10 + s t x_11`, for a place `s` to the right of `x_00` and `t` below it; around the
 * image stands what `fillMode` says. Places are computed in 64 bits, so that every backend takes the
 * same pixels.
 *
 * Names, the order of the numbers and defaults are those of Keras's `ops.image.affine_transform`. The
 * gradient goes to the pixels by the same weights; the transformations count as constants.
 *
 * Throws `ShapeError` unless there are six numbers for each image, `RangeError` for another interpolation
 * or fill mode.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { affineTransform, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3], [1, 1, 3, 1]);
 * const mirrored = affineTransform(x, [[-1, 0, 2, 0, 1, 0]]);
 * assertEquals([...mirrored.dataSync()], [3, 2, 1]);
 * const moved = affineTransform(x, [[1, 0, 0.5, 0, 1, 0]], { fillMode: "nearest" });
 * assertEquals([...moved.dataSync()], [1.5, 2.5, 3]);
 * ```
 */
export const affineTransform: Primitive<
  [x: TensorLike, transforms: TensorLike, options?: AffineOptions],
  Affine
> = primitive(
  op,
  (value: TensorLike, transforms: TensorLike, options: AffineOptions = {}) => {
    const name = "transform images", x = images(name, value);
    const attributes = affine(name, x, options);
    return apply(op, [x, transformsFor(name, transforms, x)], attributes);
  },
  SAMPLES.map(({ name, shape, transforms, options }) => ({
    name,
    inputs: [floats(shape, -2, 2)],
    call: (x) => affineTransform(x, transforms, options),
  })),
);

/**
 * The backward pass of {@linkcode affineTransform}: each number of the images that were transformed is
 * the sum of `dy` over the pixels it went into, with the weights it had there. `from` is their height and
 * width.
 *
 * It is linear: its derivative is {@linkcode affineTransform}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { affineTransformGradient } from "@neurite/tensor/internal";
 *
 * const dy = reshape([1, 2, 4], [1, 1, 3, 1]);
 * const dx = affineTransformGradient(dy, [[1, 0, 0.5, 0, 1, 0]], [1, 3]); // moved by half a pixel
 * assertEquals([...dx.dataSync()], [0.5, 1.5, 3]);
 * ```
 */
export const affineTransformGradient: Primitive<
  [
    dy: TensorLike,
    transforms: TensorLike,
    from: readonly [number, number],
    options?: Omit<AffineOptions, "size" | "fillValue">,
  ],
  Affine
> = primitive(
  gradientOp,
  (gradient: TensorLike, transforms: TensorLike, from, options = {}) => {
    const name = "run the backward pass of affineTransform", dy = images(name, gradient);
    const attributes = affine(name, dy, options);
    return apply(gradientOp, [dy, transformsFor(name, transforms, dy)], {
      ...attributes,
      from: pair(name, "the size", from, 1),
    });
  },
  SAMPLES.map(({ name, shape, transforms, options: { size, fillValue: _, ...options } }) => {
    const to = size === undefined ? [shape[1], shape[2]] : pair("transform", "the size", size, 1);
    return {
      name,
      inputs: [floats(withImage(shape, [to[0], to[1]]), -2, 2)],
      call: (dy) => affineTransformGradient(dy, transforms, [shape[1], shape[2]], options),
    };
  }),
);
