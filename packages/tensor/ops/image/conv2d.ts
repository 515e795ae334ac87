import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { conv2dFilterGradient } from "./conv2d_filter_gradient.ts";
import { conv2dTranspose } from "./conv2d_transpose.ts";
import {
  CASES,
  checkBias,
  checkFilter,
  checkGroups,
  type Convolution,
  CONVOLUTION_OPTIONS,
  type ConvolutionOptions,
  convolutionOver,
  eachProduct,
  finish,
} from "../rules/convolution.ts";
import { backendOf } from "../rules/operands.ts";
import { gradientOfZ } from "../rules/fused_activation.ts";
import { images } from "../rules/images.ts";
import { sum } from "../reduce/sum.ts";

const OPERATION = "convolve";

const op: OpDefinition<Convolution> = {
  name: "conv2d",
  shape: ([x, filter, bias], { output, groups }) => {
    const channels = x.shape[3], outputs = filter.shape[3];
    checkGroups(OPERATION, [channels, outputs], groups);
    if (filter.shape[2] !== channels / groups) {
      throw new ShapeError(
        OPERATION,
        "the images' channels must be as many as the filters' inputs, times the groups",
        [x.shape, filter.shape],
        `images [${x.shape.join(", ")}], filters [${filter.shape.join(", ")}], groups ${groups}`,
      );
    }
    checkBias(OPERATION, bias, outputs);
    return { shape: [x.shape[0], ...output, outputs], dtype: "float32" };
  },
  reference: ([x, filter, bias], attributes, y) => {
    y.data.fill(0);
    eachProduct({ x: x.shape, y: y.shape }, attributes, (i, j, k) => {
      y.data[k] += x.data[x.offset + i] * filter.data[filter.offset + j];
    });
    finish(y, bias, attributes.activation);
  },
  gradient: (context, index) => {
    const { inputs: [x, filter], attributes } = context;
    const dz = gradientOfZ(context), linear: Convolution = { ...attributes, activation: "linear" };
    if (index === 0) return apply(conv2dTranspose.op, [dz, filter], linear);
    if (index === 1) return apply(conv2dFilterGradient.op, [x, dz], linear);
    return sum(dz, { axis: [0, 1, 2] });
  },
};

/** Checks the options and runs the convolution; what is made on the way is freed. */
function call(value: TensorLike, weights: TensorLike, options: ConvolutionOptions = {}): Tensor {
  checkOptions(OPERATION, options, CONVOLUTION_OPTIONS);
  return tidy(() => {
    const backend = backendOf(value, weights, options.bias ?? 0);
    const x = images(OPERATION, value, backend);
    const [filter, ...bias] = [weights, ...options.bias === undefined ? [] : [options.bias]]
      .map((x) => cast(asTensor(x, backend), "float32"));
    checkFilter(OPERATION, filter);
    const [, height, width] = x.shape, [down, across] = filter.shape;
    const attributes = convolutionOver(OPERATION, [height, width], [down, across], options);
    return apply(op, [x, filter, ...bias], attributes);
  });
}

/**
 * Convolution of images with filters, as neural networks have it (a cross-correlation: filters are
 * not turned around):
 *
 * `y_ijo = f(sum_pqc x_(si+dp)(sj+dq)c w_pqco + bias_o)`
 *
 * `x` is `[n, height, width, channels]`, the filter `[height, width, channels / groups, outputs]`,
 * the result `[n, height', width', outputs]` with the sizes of {@linkcode slidingOutputSize}. Windows
 * are `strides` apart, their elements `dilations`; `padding` puts zeros around the images (`"valid"`,
 * none, by default). With `groups`, each part of the outputs sees its part of the channels only; as
 * many groups as channels make a depthwise convolution. Bias and activation are done on the way.
 *
 * On the backends `wasm` and `blas`, filters of 3 x 3 with stride 1 are applied by Winograd's minimal
 * filtering where that is less work, with errors a few times those of plain sums; a NaN or an infinity
 * then spoils the 4 x 4 results around it.
 *
 * `dx` is {@linkcode conv2dTranspose} of `dz` with the same filter, `dw` is
 * {@linkcode conv2dFilterGradient} of `x` and `dz`, `dbias_o = sum_nij dz_nijo`, where
 * `dz = dy f'(z)`
 *
 * Throws `ShapeError` where `x` or the filter is not of rank 4, their channels do not fit, groups do
 * not divide them, the bias has another size, or no window fits into the image; `RangeError` for
 * strides, dilations, groups below 1, a padding or an activation that is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conv2d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
 * const edges = reshape([1, -1], [1, 2, 1, 1]); // the left pixel minus the right one
 * assertEquals(conv2d(x, edges).shape, [1, 3, 2, 1]);
 * assertEquals([...conv2d(x, edges).dataSync()], [-1, -1, -1, -1, -1, -1]);
 * assertEquals([...conv2d(x, edges, { strides: 2, padding: "same" }).dataSync()], [-1, 3, -1, 9]);
 * ```
 */
export const conv2d: Primitive<
  [x: TensorLike, filter: TensorLike, options?: ConvolutionOptions],
  Convolution
> = primitive(op, call, [
  ...CASES.map(({ name, x, filter, options }) => ({
    name,
    inputs: [floats(x, -1, 1), floats(filter, -1, 1)],
    call: (x: Tensor, filter: Tensor) => call(x, filter, options),
  })),
  ...(["linear", "relu", "sigmoid", "tanh"] as const).map((activation) => ({
    name: `bias and ${activation}`,
    inputs: [floats([2, 3, 4, 2], -1, 1), floats([2, 2, 2, 9], -1, 1), floats([9], -1, 1)],
    call: (x: Tensor, filter: Tensor, bias: Tensor) => call(x, filter, { bias, activation }),
  })),
]);
