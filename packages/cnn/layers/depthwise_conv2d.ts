/** A convolution of each channel on its own. */
import type { Known, Shape } from "@neurite/nn";
import type { FusedActivation, Pair, Rng, Tensor } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "../convolution_layer.ts";
import { convolveDepthwise, type DepthwiseOptions, renamed } from "../depthwise.ts";

/** The options of {@linkcode DepthwiseConv2D}. */
export interface DepthwiseConv2DOptions extends
  Omit<
    ConvolutionLayerOptions,
    "kernelInitializer" | "kernelRegularizer" | "kernelConstraint"
  >,
  DepthwiseOptions {}

/**
 * Every channel is convolved with filters of its own, `depthMultiplier` of them, and is not mixed
 * with the others:
 *
 * `y_ij(cm+k) = f(sum_pq x_(si+dp)(sj+dq)c w_pqck + b_(cm+k))`
 *
 * The kernel is `[F_h, F_w, channels, depthMultiplier]`, `channels depthMultiplier` feature maps come
 * out. Layout, names and defaults are Keras's.
 *
 * Throws `RangeError` for sizes below 1, `ShapeError` where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DepthwiseConv2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new DepthwiseConv2D([1, 2], { inputShape: [1, 2, 2] })]);
 * // The first channel is summed, of the second one the difference is taken.
 * model.setWeights([reshape([1, -1, 1, 1], [1, 2, 2, 1]), [0, 0]]);
 * assertEquals(model.predict(reshape([1, 2, 3, 4], [1, 1, 2, 2])).array(), [[[[4, 2]]]]);
 * ```
 */
export class DepthwiseConv2D extends ConvolutionLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["kernelSize"];
  /** The names of its options. */
  static override readonly options: Known<ConvolutionLayerOptions & DepthwiseOptions> = {
    ...ConvolutionLayer.options,
    depthMultiplier: true,
    depthwiseInitializer: true,
    depthwiseRegularizer: true,
    depthwiseConstraint: true,
  };
  /** The number of filters for each channel. */
  readonly depthMultiplier: number;

  /** A layer of filters of `kernelSize`. */
  constructor(kernelSize: Pair, options: DepthwiseConv2DOptions = {}) {
    super(kernelSize, renamed(options, "depthwise", "kernel"));
    const { depthMultiplier = 1 } = options;
    checkCount("make a layer of convolutions", "depthMultiplier", depthMultiplier);
    this.depthMultiplier = depthMultiplier;
  }

  /** The number of channels that come out. */
  protected override outputChannels(inputs: number): number {
    return inputs * this.depthMultiplier;
  }

  /** Makes the weights. */
  protected override build([[, , channels]]: readonly Shape[], rng: Rng): void {
    const { windows: { kernel }, depthMultiplier } = this;
    this.makeKernel([...kernel, channels!, depthMultiplier], channels! * depthMultiplier, rng);
  }

  /** The result before the part of the activation that is left. */
  protected override linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: FusedActivation,
  ): Tensor {
    return convolveDepthwise(x, this.kernel, { ...this.sliding, bias, activation });
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    return renamed(super.getConfig(), "kernel", "depthwise");
  }
}
