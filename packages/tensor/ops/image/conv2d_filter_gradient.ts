import type { TensorLike } from "../../convert.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d_transpose.ts";
import {
  CASES,
  checkGroups,
  type Convolution,
  type ConvolutionOptions,
  convolutionOver,
  eachProduct,
  outputShape,
} from "../rules/convolution.ts";
import { backendOf } from "../rules/operands.ts";
import { images } from "../rules/images.ts";
import { checkShapeOf } from "../rules/pool2d.ts";
import { type Pair, pair } from "../rules/window.ts";

/** How the filters lay whose gradient {@linkcode conv2dFilterGradient} computes. */
export interface FilterGradientOptions extends Omit<ConvolutionOptions, "bias" | "activation"> {
  /** The height and width of the filters. */
  kernelSize: Pair;
}

const OPERATION = "compute the gradient by the filters";

const op: OpDefinition<Convolution> = {
  name: "conv2dFilterGradient",
  shape: ([x, dy], { kernel, output, groups }) => {
    const channels = x.shape[3], outputs = dy.shape[3];
    checkGroups(OPERATION, [channels, outputs], groups);
    checkShapeOf(OPERATION, "dy", dy, [x.shape[0], ...output, outputs]);
    return { shape: [...kernel, channels / groups, outputs], dtype: "float32" };
  },
  reference: ([x, dy], attributes, dw) => {
    dw.data.fill(0);
    eachProduct({ x: x.shape, y: dy.shape }, attributes, (i, j, k) => {
      dw.data[j] += x.data[x.offset + i] * dy.data[dy.offset + k];
    });
  },
  gradient: ({ dy: v, inputs: [x, dy], attributes }, index) =>
    index === 0
      ? apply(conv2dTranspose.op, [dy, v], attributes)
      : apply(conv2d.op, [x, v], attributes),
};

/** Checks the options and runs the operation; what is made on the way is freed. */
function call(value: TensorLike, gradient: TensorLike, options: FilterGradientOptions): Tensor {
  return tidy(() => {
    const backend = backendOf(value, gradient);
    const x = images(OPERATION, value, backend), dy = images(OPERATION, gradient, backend);
    const kernel = pair(OPERATION, "the size of the filters", options.kernelSize, 1);
    const image: [number, number] = [x.shape[1], x.shape[2]];
    return apply(op, [x, dy], convolutionOver(OPERATION, image, kernel, options));
  });
}

/**
 * The gradient of a convolution by its filters, from the images and the gradient of the result:
 *
 * `dw_pqco = sum_nij x_n(si+dp)(sj+dq)c dy_nijo`
 *
 * `x` is `[n, height, width, channels]`, `dy` is `[n, height', width', outputs]`; the result is
 * `[...kernelSize, channels / groups, outputs]`. The options are those of {@linkcode conv2d}.
 *
 * Its own gradients, for a gradient `v` of the result: {@linkcode conv2dTranspose} of `dy` with `v`
 * by `x`, {@linkcode conv2d} of `x` with `v` by `dy`.
 *
 * Throws `ShapeError` where `x` is not of rank 4, `dy` is not of the shape that the convolution
 * gives, or groups do not divide the channels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ones, reshape } from "@neurite/tensor";
 * import { conv2dFilterGradient } from "@neurite/tensor/internal";
 *
 * const x = reshape([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
 * const dw = conv2dFilterGradient(x, ones([1, 2, 2, 1]), { kernelSize: 2 });
 * assertEquals(dw.shape, [2, 2, 1, 1]);
 * assertEquals([...dw.dataSync()], [1 + 2 + 4 + 5, 2 + 3 + 5 + 6, 4 + 5 + 7 + 8, 5 + 6 + 8 + 9]);
 * ```
 */
export const conv2dFilterGradient: Primitive<
  [x: TensorLike, dy: TensorLike, options: FilterGradientOptions],
  Convolution
> = primitive(
  op,
  call,
  CASES.map((setting) => ({
    name: setting.name,
    inputs: [floats(setting.x, -1, 1), floats(outputShape(setting), -1, 1)],
    call: (x: Tensor, dy: Tensor) => {
      const [down, across] = setting.filter;
      return call(x, dy, { ...setting.options, kernelSize: [down, across] });
    },
  })),
);
