import type { TensorLike } from "../../convert.ts";
import type { NdArray } from "../../ndarray.ts";
import {
  apply,
  type OpDefinition,
  type Primitive,
  primitive,
  type Sample,
  type SampleInput,
} from "../../op.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { tidy } from "../../scope.ts";
import { takeAlongAxis } from "../index/take_along_axis.ts";
import { argmax } from "../reduce/argmax.ts";
import { squeeze } from "../shape/squeeze.ts";
import { stack } from "../shape/stack.ts";
import { images } from "../rules/images.ts";
import {
  checkShapeOf,
  DILATED,
  eachWindow,
  imageOf,
  isDense,
  type Pooling,
  poolingOver,
  POOLINGS,
  type PoolOptions,
  windowElements,
  withImage,
} from "../rules/pool2d.ts";

/** The largest number of a window; NaN, if there is one. */
function largest(x: NdArray, places: readonly number[]): number {
  return Math.max(...places.map((place) => x.data[x.offset + place]));
}

/** Where the first of the largest numbers is; with a NaN among them, the last place. */
function peak(x: NdArray, places: readonly number[]): number {
  const most = largest(x, places);
  return places.find((place) => x.data[x.offset + place] === most) ?? places[places.length - 1];
}

const op: OpDefinition<Pooling> = {
  name: "maxPool2d",
  shape: ([x], { output }) => ({ shape: withImage(x.shape, output), dtype: "float32" }),
  reference: ([x], pooling, { data }) => {
    eachWindow(x.shape, pooling, (at, places) => data[at] = largest(x, places));
  },
  gradient: ({ dy, inputs: [x], attributes }) => apply(gradientOp, [dy, x], attributes),
};

const gradientOp: OpDefinition<Pooling> = {
  name: "maxPool2dGradient",
  shape: ([_, x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([dy, x], pooling, { data }) => {
    data.fill(0);
    eachWindow(x.shape, pooling, (at, places) => data[peak(x, places)] += dy.data[dy.offset + at]);
  },
  gradient: ({ dy, inputs: [_, x], attributes }, index) =>
    index === 0 ? apply(pickOp, [dy, x], attributes) : undefined,
};

const pickOp: OpDefinition<Pooling> = {
  name: "maxPool2dPick",
  shape: ([_, x], { output }) => ({ shape: withImage(x.shape, output), dtype: "float32" }),
  reference: ([values, x], pooling, { data }) => {
    eachWindow(x.shape, pooling, (at, places) => {
      data[at] = values.data[values.offset + peak(x, places)];
    });
  },
  gradient: ({ dy, inputs: [_, x], attributes }, index) =>
    index === 0 ? apply(gradientOp, [dy, x], attributes) : undefined,
};

/** Images without ties, whose numbers are farther apart than any step of a difference. */
function distinct(shape: readonly number[]): SampleInput {
  const size = sizeOf(shape);
  const values = (order: Int32Array) => Array.from(order, (i) => (i - (size >> 1)) / 64);
  return { shape, dtype: "float32", values: (rng) => values(rng.permutation(size)) };
}

/** One sample for each case; `f` is given the options. */
function samples(
  inputs: (shape: readonly number[], options: PoolOptions) => SampleInput[],
  f: (xs: Tensor[], options: PoolOptions) => Tensor,
): Sample[] {
  return POOLINGS.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: inputs(shape, options),
    call: (...xs) => f(xs, options),
  }));
}

/** The shape of the result for images of `shape`. */
function pooledShape(shape: readonly number[], options: PoolOptions): readonly number[] {
  return withImage(shape, poolingOver("pool", [shape[1], shape[2]], options).output);
}

/**
 * Max pooling: the largest number of each window, for every channel on its own. `x` is
 * `[n, height, width, channels]`; windows of `size` are `strides` apart (side by side by default).
 *
 * `y_ijc = max_pq x_(si+p)(sj+q)c`
 *
 * `dy/dx = 1` at the first of the largest numbers of a window, in row-major order, and 0 elsewhere,
 * as in TensorFlow and PyTorch; where windows overlap, their gradients add up. Padding never wins.
 * NaN, if there is one, is the result.
 *
 * With `dilations` the elements of a window are apart; with `ceilMode` a last window may reach beyond
 * the image, as in PyTorch.
 *
 * Throws `ShapeError` where `x` is not of rank 4 or no window fits, `RangeError` for padding that
 * is as wide as a window.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maxPool2d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([[1, 2, 5, 6], [4, 3, 8, 7]], [1, 2, 4, 1]);
 * assertEquals(maxPool2d(x, { size: 2 }).array(), [[[[4], [8]]]]);
 * ```
 */
export const maxPool2d: Primitive<[x: TensorLike, options: PoolOptions], Pooling> = primitive(
  op,
  (value: TensorLike, options: PoolOptions) => {
    const x = images("maxPool2d", value), pooling = poolingOver("maxPool2d", imageOf(x), options);
    return isDense(pooling) ? apply(op, [x], pooling) : dilated(x, pooling);
  },
  [
    ...samples((shape) => [distinct(shape)], ([x], options) => maxPool2d(x, options)),
    ...DILATED.map(([shape, options]): Sample => ({
      name: `[${shape}], ${JSON.stringify(options)}`,
      inputs: [distinct(shape)],
      call: (x) => maxPool2d(x, options),
    })),
  ],
);

/** The elements of the windows side by side, and the first of the largest of them. */
function dilated(x: Tensor, pooling: Pooling): Tensor {
  return tidy(() => {
    const elements = stack(windowElements(x, pooling, -Infinity), -1);
    const places = argmax(elements, { axis: -1, keepDims: true });
    return squeeze(takeAlongAxis(elements, places), -1);
  });
}

/**
 * The backward pass of {@linkcode maxPool2d}: each number of `dy` goes to the place in `x` where
 * its window has the largest number, the first one of equals (the last place, if one is NaN);
 * what comes to the same place is added up.
 *
 * It is linear in `dy`: the derivative by it is {@linkcode maxPool2dPick}. By `x` it is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { maxPool2dGradient } from "@neurite/tensor/internal";
 *
 * const x = reshape([[1, 2, 5, 6], [4, 3, 8, 8]], [1, 2, 4, 1]);
 * const dx = maxPool2dGradient(reshape([10, 20], [1, 1, 2, 1]), x, { size: 2 });
 * assertEquals(reshape(dx, [2, 4]).array(), [[0, 0, 0, 0], [10, 0, 20, 0]]);
 * ```
 */
export const maxPool2dGradient: Primitive<
  [dy: TensorLike, x: TensorLike, options: PoolOptions],
  Pooling
> = primitive(
  gradientOp,
  (gradient: TensorLike, value: TensorLike, options: PoolOptions) => {
    const name = "run the backward pass of maxPool2d", x = images(name, value);
    const dy = images(name, gradient, x.backend), pooling = poolingOver(name, imageOf(x), options);
    checkShapeOf(name, "the gradient", dy, withImage(x.shape, pooling.output));
    return apply(gradientOp, [dy, x], pooling);
  },
  samples(
    (shape, options) => [distinct(pooledShape(shape, options)), distinct(shape)],
    ([dy, x], options) => maxPool2dGradient(dy, x, options),
  ),
);

/**
 * Of each window, the number of `values` that stands where `x` is largest (at the first of equals;
 * at the last place, if one is NaN). Of `x` itself it gives {@linkcode maxPool2d}.
 *
 * It is linear in `values`: the derivative by them is {@linkcode maxPool2dGradient}. By `x` it is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { maxPool2dPick } from "@neurite/tensor/internal";
 *
 * const x = reshape([[1, 2], [4, 3]], [1, 2, 2, 1]);
 * const places = reshape([[0, 1], [2, 3]], [1, 2, 2, 1]);
 * assertEquals(maxPool2dPick(places, x, { size: 2 }).array(), [[[[2]]]]);
 * ```
 */
export const maxPool2dPick: Primitive<
  [values: TensorLike, x: TensorLike, options: PoolOptions],
  Pooling
> = primitive(
  pickOp,
  (picked: TensorLike, value: TensorLike, options: PoolOptions) => {
    const name = "pick from windows", x = images(name, value);
    const values = images(name, picked, x.backend);
    checkShapeOf(name, "the values", values, x.shape);
    return apply(pickOp, [values, x], poolingOver(name, imageOf(x), options));
  },
  samples(
    (shape) => [distinct(shape), distinct(shape)],
    ([values, x], options) => maxPool2dPick(values, x, options),
  ),
);
