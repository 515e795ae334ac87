import type { TensorLike } from "../../convert.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { images } from "../rules/images.ts";
import {
  checkShapeOf,
  eachWindow,
  imageOf,
  type Pooling,
  poolingOver,
  POOLINGS,
  type PoolOptions,
  withImage,
} from "../rules/pool2d.ts";
import { type Pair, pair } from "../rules/window.ts";

const op: OpDefinition<Pooling> = {
  name: "avgPool2d",
  shape: ([x], { output }) => ({ shape: withImage(x.shape, output), dtype: "float32" }),
  reference: ([x], pooling, { data }) => {
    eachWindow(x.shape, pooling, (at, places) => {
      data[at] = places.reduce((sum, place) => sum + x.data[x.offset + place], 0) / places.length;
    });
  },
  gradient: ({ dy, attributes }) => apply(gradientOp, [dy], attributes),
};

const gradientOp: OpDefinition<Pooling> = {
  name: "avgPool2dGradient",
  shape: ([dy], { image }) => ({ shape: withImage(dy.shape, image), dtype: "float32" }),
  reference: ([dy], pooling, { data }) => {
    data.fill(0);
    eachWindow(dy.shape, pooling, (at, places) => {
      for (const place of places) data[place] += dy.data[dy.offset + at] / places.length;
    });
  },
  gradient: ({ dy, attributes }) => apply(op, [dy], attributes),
};

/**
 * Average pooling: the mean of each window, for every channel on its own. `x` is
 * `[n, height, width, channels]`; windows of `size` are `strides` apart (side by side by default).
 *
 * `y_ijc = (1/k) sum_pq x_(si+p)(sj+q)c`, where `k` is how many of the window's places are in the
 * image: padding does not count, as in TensorFlow and Keras (PyTorch's `count_include_pad=False`).
 *
 * `dy/dx = 1/k` for the places in the window; where windows overlap, their gradients add up.
 *
 * Throws `ShapeError` where `x` is not of rank 4 or no window fits, `RangeError` for padding that
 * is as wide as a window.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { avgPool2d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([[1, 2, 5], [4, 1, 8]], [1, 2, 3, 1]);
 * assertEquals(avgPool2d(x, { size: 2 }).array(), [[[[2]]]]);
 * assertEquals(avgPool2d(x, { size: 2, padding: "same" }).array(), [[[[2], [6.5]]]]);
 * ```
 */
export const avgPool2d: Primitive<[x: TensorLike, options: PoolOptions], Pooling> = primitive(
  op,
  (value: TensorLike, options: PoolOptions) => {
    const x = images("avgPool2d", value);
    return apply(op, [x], poolingOver("avgPool2d", imageOf(x), options));
  },
  POOLINGS.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: [floats(shape, -2, 2)],
    call: (x) => avgPool2d(x, options),
  })),
);

/**
 * The way back through {@linkcode avgPool2d} to images of the given height and width: each number
 * of `dy` is shared equally by the places of its window.
 *
 * It is linear: its derivative is {@linkcode avgPool2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { avgPool2dGradient } from "@neurite/tensor/internal";
 *
 * const dx = avgPool2dGradient(reshape([4, 8], [1, 1, 2, 1]), [2, 4], { size: 2 });
 * assertEquals(reshape(dx, [2, 4]).array(), [[1, 1, 2, 2], [1, 1, 2, 2]]);
 * ```
 */
export const avgPool2dGradient: Primitive<
  [dy: TensorLike, image: Pair, options: PoolOptions],
  Pooling
> = primitive(
  gradientOp,
  (gradient: TensorLike, image: Pair, options: PoolOptions) => {
    const name = "go back through avgPool2d", dy = images(name, gradient);
    const pooling = poolingOver(name, pair(name, "the image", image, 1), options);
    checkShapeOf(name, "the gradient", dy, withImage(dy.shape, pooling.output));
    return apply(gradientOp, [dy], pooling);
  },
  POOLINGS.map(([shape, options]) => {
    const image = [shape[1], shape[2]] as const;
    const { output } = poolingOver("pool", image, options);
    return {
      name: `[${shape}], ${JSON.stringify(options)}`,
      inputs: [floats(withImage(shape, output), -2, 2)],
      call: (dy) => avgPool2dGradient(dy, image, options),
    };
  }),
);
