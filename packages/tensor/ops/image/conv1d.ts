import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import type { FusedActivation } from "../rules/fused_activation.ts";
import { backendOf } from "../rules/operands.ts";
import { type AxisPadding, checkAxes, imagePadding } from "../rules/window_axes.ts";
import { expandDims } from "../shape/expand_dims.ts";
import { squeeze } from "../shape/squeeze.ts";
import { conv2d } from "./conv2d.ts";

/** How filters slide over a signal, and what is done in the end. */
export interface SignalConvolutionOptions {
  /** How far windows move; 1 by default. */
  stride?: number;
  /** How far the elements of a window are apart; 1 by default. */
  dilation?: number;
  /** What stands around the signal; `"valid"`, nothing, by default. */
  padding?: AxisPadding;
  /** Parts of the channels that are convolved on their own; 1 by default. */
  groups?: number;
  /** A number for each filter that is added to its results. */
  bias?: TensorLike;
  /** A function that is applied to every element in the end; `linear` by default. */
  activation?: FusedActivation;
}

const OPTIONS: Record<keyof SignalConvolutionOptions, true> = {
  stride: true,
  dilation: true,
  padding: true,
  groups: true,
  bias: true,
  activation: true,
};

const OPERATION = "convolve a signal";

/**
 * Convolution of signals with filters: {@linkcode conv2d} over one axis.
 *
 * `y_io = f(sum_pc x_(si+dp)c w_pco + bias_o)`
 *
 * `x` is `[n, time, channels]`, the filter `[width, channels / groups, outputs]`, the result
 * `[n, time', outputs]`. Gradients and errors are those of `conv2d`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conv1d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 4, 9, 16], [1, 4, 1]), differences = reshape([-1, 1], [2, 1, 1]);
 * assertEquals([...conv1d(x, differences).dataSync()], [3, 5, 7]);
 * ```
 */
export const conv1d: Composite<
  [x: TensorLike, filter: TensorLike, options?: SignalConvolutionOptions]
> = composite(
  (value: TensorLike, weights: TensorLike, options: SignalConvolutionOptions = {}): Tensor => {
    checkOptions(OPERATION, options, OPTIONS);
    return tidy(() => {
      const backend = backendOf(value, weights), x = asTensor(value, backend);
      const filter = asTensor(weights, x.backend);
      checkAxes(OPERATION, x, "signals", "[n, time, channels]");
      checkAxes(OPERATION, filter, "filters", "[width, inputs, outputs]");
      const { stride = 1, dilation = 1, padding, ...others } = options;
      const y = conv2d(expandDims(x, 1), expandDims(filter, 0), {
        ...others,
        strides: [1, stride],
        dilations: [1, dilation],
        padding: imagePadding(padding),
      });
      return squeeze(y, 1);
    });
  },
  [
    {
      name: "valid",
      inputs: [floats([2, 9, 3], -1, 1), floats([3, 3, 5], -1, 1)],
      call: (x, w) => conv1d(x, w),
    },
    {
      name: "strides, dilation, padding",
      inputs: [floats([2, 11, 4], -1, 1), floats([2, 2, 6], -1, 1)],
      call: (x, w) => conv1d(x, w, { stride: 2, dilation: 3, padding: [2, 1], groups: 2 }),
    },
    {
      name: "same, bias, tanh",
      inputs: [floats([1, 8, 2], -1, 1), floats([4, 2, 3], -1, 1), floats([3], -1, 1)],
      call: (x, w, bias) => conv1d(x, w, { padding: "same", bias, activation: "tanh" }),
    },
  ],
);
