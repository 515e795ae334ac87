import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dFilterGradient } from "./conv2d_filter_gradient.ts";
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
  outputShape,
} from "../rules/convolution.ts";
import { backendOf } from "../rules/operands.ts";
import { gradientOfZ } from "../rules/fused_activation.ts";
import { images } from "../rules/images.ts";
import { sum } from "../reduce/sum.ts";
import {
  type Pair,
  pair,
  slidingAlong,
  transposedOutputSize,
  windowSettings,
} from "../rules/window.ts";

/** How {@linkcode conv2dTranspose} places its filters. */
export interface ConvolutionTransposeOptions extends ConvolutionOptions {
  /**
   * The height and width of the result; those of {@linkcode transposedOutputSize} by default.
   */
  outputSize?: Pair;
}

const OPTIONS: Record<keyof ConvolutionTransposeOptions, true> = {
  ...CONVOLUTION_OPTIONS,
  outputSize: true,
};

const OPERATION = "convolve transposed";

const op: OpDefinition<Convolution> = {
  name: "conv2dTranspose",
  shape: ([y, filter, bias], { image, groups }) => {
    const inputs = y.shape[3], channels = filter.shape[2] * groups;
    checkGroups(OPERATION, [inputs], groups);
    if (filter.shape[3] !== inputs) {
      throw new ShapeError(
        OPERATION,
        "the channels must be as many as the filters' last axis",
        [y.shape, filter.shape],
      );
    }
    checkBias(OPERATION, bias, channels);
    return { shape: [y.shape[0], ...image, channels], dtype: "float32" };
  },
  reference: ([y, filter, bias], attributes, x) => {
    x.data.fill(0);
    eachProduct({ x: x.shape, y: y.shape }, attributes, (i, j, k) => {
      x.data[i] += y.data[y.offset + k] * filter.data[filter.offset + j];
    });
    finish(x, bias, attributes.activation);
  },
  gradient: (context, index) => {
    const { inputs: [y, filter], attributes } = context;
    const dz = gradientOfZ(context), linear: Convolution = { ...attributes, activation: "linear" };
    if (index === 0) return apply(conv2d.op, [dz, filter], linear);
    if (index === 1) return apply(conv2dFilterGradient.op, [dz, y], linear);
    return sum(dz, { axis: [0, 1, 2] });
  },
};

/** Checks the options and runs the operation; what is made on the way is freed. */
function call(
  value: TensorLike,
  weights: TensorLike,
  options: ConvolutionTransposeOptions = {},
): Tensor {
  checkOptions(OPERATION, options, OPTIONS);
  return tidy(() => {
    const backend = backendOf(value, weights, options.bias ?? 0);
    const y = images(OPERATION, value, backend);
    const [filter, ...bias] = [weights, ...options.bias === undefined ? [] : [options.bias]]
      .map((x) => cast(asTensor(x, backend), "float32"));
    checkFilter(OPERATION, filter);
    const [down, across] = filter.shape;
    const settings = windowSettings(OPERATION, [down, across], options);
    const size = options.outputSize ?? [
      transposedOutputSize(y.shape[1], down, slidingAlong(settings, 0)),
      transposedOutputSize(y.shape[2], across, slidingAlong(settings, 1)),
    ];
    const image = pair(OPERATION, "the size of the result", size, 1);
    const attributes = convolutionOver(OPERATION, image, [down, across], options);
    const { output } = attributes;
    if (output[0] !== y.shape[1] || output[1] !== y.shape[2]) {
      throw new ShapeError(
        OPERATION,
        `the size of the result must be one that a convolution takes to ${y.shape[1]} x ` +
          `${y.shape[2]}`,
        [y.shape],
        `${image.join(" x ")}, which it takes to ${output.join(" x ")}`,
      );
    }
    return apply(op, [y, filter, ...bias], attributes);
  });
}

/**
 * The transposed convolution: every number of the input lays the filter, times itself, on the
 * result. It is what {@linkcode conv2d} multiplies with, transposed, and so its gradient by the
 * images; it does not undo a convolution, but it takes its shape back.
 *
 * `x_(si+dp)(sj+dq)c = f(sum y_ijo w_pqco + bias_c)` over all `i, j, p, q, o` that meet there
 *
 * `y` is `[n, height, width, outputs]`; the filter is that of the convolution which is transposed,
 * `[height, width, channels / groups, outputs]` (Keras's `Conv2DTranspose` keeps its kernel so, too:
 * `[height, width, filters, inputs]`); the result is `[n, height', width', channels]`.
 *
 * `dy` is {@linkcode conv2d} of `dz` with the same filter, `dw` is
 * {@linkcode conv2dFilterGradient} of `dz` and `y`, `dbias_c = sum_nij dz_nijc`, where `dz` is the
 * gradient of the result before the activation.
 *
 * Throws `ShapeError` where `y` or the filter is not of rank 4, their channels do not fit, groups do
 * not divide them, the bias has another size, or a convolution would not take `outputSize` to the
 * size of `y`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conv2dTranspose, reshape } from "@neurite/tensor";
 *
 * const y = reshape([1, 2, 3, 4], [1, 2, 2, 1]), filter = reshape([1, 1, 1, 1], [2, 2, 1, 1]);
 * const x = conv2dTranspose(y, filter, { strides: 2 }); // each pixel becomes four
 * assertEquals(x.shape, [1, 4, 4, 1]);
 * assertEquals([...x.dataSync()], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
 * ```
 */
export const conv2dTranspose: Primitive<
  [y: TensorLike, filter: TensorLike, options?: ConvolutionTransposeOptions],
  Convolution
> = primitive(op, call, [
  ...CASES.map((setting) => ({
    name: setting.name,
    inputs: [floats(outputShape(setting), -1, 1), floats(setting.filter, -1, 1)],
    call: (y: Tensor, filter: Tensor) => {
      const [, height, width] = setting.x;
      return call(y, filter, { ...setting.options, outputSize: [height, width] });
    },
  })),
  ...(["linear", "relu", "sigmoid", "tanh"] as const).map((activation) => ({
    name: `bias and ${activation}`,
    inputs: [floats([2, 3, 4, 9], -1, 1), floats([2, 2, 2, 9], -1, 1), floats([2], -1, 1)],
    call: (y: Tensor, filter: Tensor, bias: Tensor) =>
      call(y, filter, { bias, activation, strides: 2, padding: "same" }),
  })),
]);
