/** How a convolution would be computed: what the choice between the ways is made from. */
import { backendInfo } from "../mod.ts";
import { type ConvolutionOptions, convolutionOver } from "../../ops/rules/convolution.ts";
import { cheapest, type ConvolutionWay, costs } from "./runners/conv_choice.ts";
import { asProduct, forward, NARROW } from "./runners/conv_windows.ts";

/** What {@linkcode explainConv2d} says. */
export interface ConvolutionPlan {
  /** The way that is taken, the cheapest of `costs`; a plain product of matrices is a library's, if there is one. */
  way: ConvolutionWay;
  /** Multiply-adds of the sums as they are written. */
  macs: number;
  /** What each way is counted with, in multiply-adds as the matrix product makes them. */
  costs: Partial<Record<ConvolutionWay, number>>;
}

/**
 * How `conv2d` computes a convolution of images `[n, height, width, channels]` with filters
 * `[height, width, channels / groups, outputs]`: which way, and what it and the others are counted
 * with. `library` is whether a BLAS library multiplies; it does on the backend `blas`.
 *
 * - `product`: a product of matrices, whose rows are packed from under the windows into the cache; what
 *   filters of 1 x 1 are
 * - `winograd`: 3 x 3 with stride 1: 36 products for each 4 x 4 results in place of 144, by Winograd's
 *   minimal filtering. Its rounding is a few times that of plain sums, and a NaN or an infinity spoils
 *   the whole tile
 * - `library`: windows are written out as rows of a matrix, which the library multiplies
 * - `winograd library`: the same 36 products, made by the library
 * - `direct`: windows are read where they lie
 *
 * The counts are made of the sizes alone, so that the choice is the same on every run.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { explainConv2d } from "@neurite/tensor/internal";
 *
 * const { way, macs, costs } = explainConv2d([1, 56, 56, 64], [3, 3, 64, 64], { padding: "same" });
 * assertEquals([way, macs], ["winograd", 56 * 56 * 9 * 64 * 64]);
 * assert(costs.winograd! < macs / 2);
 * assertEquals(explainConv2d([1, 56, 56, 64], [1, 1, 64, 256]).way, "product");
 * ```
 */
export function explainConv2d(
  x: readonly number[],
  filter: readonly number[],
  options: Omit<ConvolutionOptions, "bias"> = {},
  library: boolean = backendInfo().name === "blas",
): ConvolutionPlan {
  const [images, height, width] = x, [down, across, inputs, total] = filter;
  const c = convolutionOver("explain", [height, width], [down, across], options);
  const axes = [forward(c, 0), forward(c, 1)] as const, outputs = total / c.groups;
  const group = { inputs, outputs, inputStep: total, outputStep: 1, groupStep: outputs };
  const correlation = { images, axes, groups: c.groups, group };
  const plain = library && total > NARROW && asProduct(x, total, c) !== undefined;
  return {
    way: plain ? "library" : cheapest(correlation, library),
    macs: images * c.output[0] * c.output[1] * down * across * inputs * total,
    costs: costs(correlation, library),
  };
}
