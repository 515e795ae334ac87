import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { cast } from "../elementwise/cast.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d_transpose.ts";
import { flip } from "../shape/flip.ts";
import type { FusedActivation } from "../rules/fused_activation.ts";
import { images } from "../rules/images.ts";
import { pad } from "../shape/pad.ts";
import { transpose } from "../shape/transpose.ts";
import { upsample2d } from "./upsample2d.ts";
import { type Padding, type Pair, pair, windowsOver } from "../rules/window.ts";

/** How {@linkcode upsampledConv2d} enlarges and convolves. */
export interface UpsampledConvolutionOptions {
  /** How many times as high and as wide the images become before they are convolved. */
  size: Pair;
  /** What stands around the large images; `"valid"` by default. */
  padding?: Padding;
  /** A number for each filter that is added to its results. */
  bias?: TensorLike;
  /** A function that is applied to every element in the end; `linear` by default. */
  activation?: FusedActivation;
}

const OPTIONS: Record<keyof UpsampledConvolutionOptions, true> = {
  size: true,
  padding: true,
  bias: true,
  activation: true,
};

const OPERATION = "convolve enlarged images";

/** The filter, turned about, under a sum over `size` neighbours down and across. */
function spreadFilter(filter: Tensor, [down, across]: readonly [number, number]): Tensor {
  // [p, q, inputs, outputs] -> [p, q, outputs, inputs], as a transposed convolution has it.
  const turned = transpose(flip(filter, [0, 1]), [0, 1, 3, 2]);
  const along = (x: Tensor, axis: 0 | 1, size: number): Tensor => {
    const shifted = Array.from({ length: size }, (_, a) => {
      const border: [number, number] = [a, size - 1 - a];
      return pad(x, [axis === 0 ? border : [0, 0], axis === 1 ? border : [0, 0], [0, 0], [0, 0]]);
    });
    return shifted.reduce((sum, one) => add(sum, one));
  };
  return along(along(turned, 0, down), 1, across);
}

/**
 * `conv2d(upsample2d(x, { size }), filter, ...)` with stride 1, without making the large images: what
 * a pixel that is repeated `s x s` times meets of the filter adds up beforehand. It is the transposed
 * convolution of the small images with strides `s` and the filter
 *
 * `K_m = sum_a w_(F - 1 - m + a)` over `0 <= a < s`, `0 <= m < F + s - 1`, along both axes,
 *
 * which for 3 x 3 filters and images twice as large has 4 products for each 9.
 *
 * The result is that of the two operations up to rounding. Throws what they throw.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conv2d, reshape, upsample2d } from "@neurite/tensor";
 * import { upsampledConv2d } from "@neurite/tensor/internal";
 *
 * const x = reshape([1, 2, 3, 4], [1, 2, 2, 1]), filter = reshape([1, 2, 3, 4], [2, 2, 1, 1]);
 * const y = upsampledConv2d(x, filter, { size: 2 });
 * assertEquals(y.array(), conv2d(upsample2d(x, { size: 2 }), filter).array());
 * ```
 */
export const upsampledConv2d: Composite<
  [x: TensorLike, filter: TensorLike, options: UpsampledConvolutionOptions]
> = composite(
  (value: TensorLike, weights: TensorLike, options: UpsampledConvolutionOptions): Tensor =>
    tidy(() => {
      checkOptions(OPERATION, options, OPTIONS);
      const x = images(OPERATION, value), filter = cast(weights, "float32");
      const size = pair(OPERATION, "the size", options.size, 1);
      const [kernelDown, kernelAcross] = filter.shape;
      const { pads: [[top, bottom], [left, right]], output } = windowsOver(
        OPERATION,
        [x.shape[1] * size[0], x.shape[2] * size[1]],
        [kernelDown, kernelAcross],
        { padding: options.padding },
      );
      const { bias, activation, padding } = options;
      const vertical = [kernelDown - 1 - top, kernelDown - 1 - bottom] as const;
      const horizontal = [kernelAcross - 1 - left, kernelAcross - 1 - right] as const;
      if (Math.min(...vertical, ...horizontal) < 0) { // More zeros around than a filter reaches.
        return conv2d(upsample2d(x, { size }), filter, { padding, bias, activation });
      }
      return conv2dTranspose(x, spreadFilter(filter, size), {
        strides: size,
        padding: [vertical, horizontal],
        outputSize: output,
        bias,
        activation,
      });
    }),
  [
    ["same", [2, 3, 4, 2], [3, 3, 2, 3], 2, "same"],
    ["valid", [1, 4, 3, 3], [3, 3, 3, 1], 2, "valid"],
    ["three times, even filter", [1, 2, 3, 1], [2, 4, 1, 2], 3, "same"],
    ["unlike axes", [2, 3, 2, 1], [3, 1, 1, 8], [2, 3], [[1, 0], [0, 0]]],
  ].map(([name, image, filter, size, padding]) => ({
    name: name as string,
    inputs: [floats(image as number[], -1, 1), floats(filter as number[], -1, 1)],
    call: (x: Tensor, w: Tensor) =>
      upsampledConv2d(x, w, { size: size as Pair, padding: padding as Padding }),
  })),
);
