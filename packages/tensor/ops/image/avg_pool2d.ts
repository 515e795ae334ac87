import type { TensorLike } from "../../convert.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { div } from "../elementwise/div.ts";
import { images } from "../rules/images.ts";
import {
  checkShapeOf,
  countsOf,
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
import { type Pair, pair } from "../rules/window.ts";

/** How average pooling windows lie on an image. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether the zeros of the padding count as elements. `false` by default. */
  readonly countPadding?: boolean;
}

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
 * image: padding does not count, as in TensorFlow and Keras (PyTorch's `count_include_pad=False`), unless
 * `countPadding` says so. With `dilations` the elements of a window are apart; with `ceilMode` a last
 * window may reach beyond the image, as in PyTorch.
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
export const avgPool2d: Primitive<[x: TensorLike, options: AveragePoolOptions], Pooling> =
  primitive(
    op,
    (value: TensorLike, { countPadding = false, ...options }: AveragePoolOptions) => {
      const x = images("avgPool2d", value), pooling = poolingOver("avgPool2d", imageOf(x), options);
      if (isDense(pooling) && !countPadding) return apply(op, [x], pooling);
      // What `ceilMode` adds at the end is not padding.
      const margins = countPadding
        ? poolingOver("avgPool2d", imageOf(x), { ...options, ceilMode: false }).pads
        : [[0, 0], [0, 0]] as const;
      return tidy(() => {
        const counts = new Tensor(
          x.backend,
          x.backend.write(countsOf(pooling, margins), "float32"),
          [1, ...pooling.output, 1],
          "float32",
        );
        return div(windowElements(x, pooling, 0).reduce((a, b) => add(a, b)), counts);
      });
    },
    [
      ...[...POOLINGS, ...DILATED].map(([shape, options]) => ({
        name: `[${shape}], ${JSON.stringify(options)}`,
        inputs: [floats(shape, -2, 2)],
        call: (x: Tensor) => avgPool2d(x, options),
      })),
      ...[...POOLINGS.slice(3, 9), ...DILATED].map(([shape, options]) => ({
        name: `[${shape}], ${JSON.stringify(options)}, padding counts`,
        inputs: [floats(shape, -2, 2)],
        call: (x: Tensor) => avgPool2d(x, { ...options, countPadding: true }),
      })),
    ],
  );

/**
 * The backward pass of {@linkcode avgPool2d} to images of the given height and width: each number
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
    const name = "run the backward pass of avgPool2d", dy = images(name, gradient);
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
