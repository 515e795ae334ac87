/** A convolution in two steps: over places, then over channels. */
import { type Initializer, initializerOf, type Known, type Shape } from "@neurite/nn";
import type { Constraint, Regularizer, Variable } from "@neurite/nn";
import { conv2d, type FusedActivation, type Pair, type Rng, type Tensor } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "../convolution_layer.ts";
import { convolveDepthwise, renamed } from "../depthwise.ts";
import type { DepthwiseConv2DOptions } from "./depthwise_conv2d.ts";

/** The options of {@linkcode SeparableConv2D}. */
export interface SeparableConv2DOptions extends DepthwiseConv2DOptions {
  /** The initial values of the pointwise filters; `"glorotUniform"` by default. */
  pointwiseInitializer?: string | Initializer;
  /** What is added to the loss for the size of the pointwise filters. */
  pointwiseRegularizer?: Regularizer;
  /** What keeps the pointwise filters in bounds. */
  pointwiseConstraint?: Constraint;
}

/**
 * A depthwise convolution, which looks at places, and then a pointwise one, which mixes channels:
 *
 * `h_ij(cm+k) = sum_pq x_(si+dp)(sj+dq)c u_pqck`, `y_ijo = f(sum_e h_ije v_eo + b_o)`
 *
 * The depthwise kernel `u` is `[F_h, F_w, channels, depthMultiplier]`, the pointwise kernel `v` is
 * `[1, 1, channels depthMultiplier, filters]`: together much less than the
 * `F_h F_w channels filters` numbers of a {@linkcode Conv2D}. Strides, dilations and padding are the
 * first step's. Layout, names and defaults are Keras's. From Chollet, "Xception: deep learning with
 * depthwise separable convolutions", 2017.
 *
 * Throws `RangeError` for sizes below 1, `ShapeError` where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2D, SeparableConv2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 *
 * const inputShape = [32, 32, 64];
 * const separable = new Sequential([new SeparableConv2D(128, 3, { inputShape })]);
 * assertEquals(separable.countParams(), 3 * 3 * 64 + 64 * 128 + 128);
 * const plain = new Sequential([new Conv2D(128, 3, { inputShape })]);
 * assertEquals(plain.countParams(), 3 * 3 * 64 * 128 + 128);
 * ```
 */
export class SeparableConv2D extends ConvolutionLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["filters", "kernelSize"];
  /** The names of its options. */
  static override readonly options: Known<ConvolutionLayerOptions & SeparableConv2DOptions> = {
    ...ConvolutionLayer.options,
    depthMultiplier: true,
    depthwiseInitializer: true,
    depthwiseRegularizer: true,
    depthwiseConstraint: true,
    pointwiseInitializer: true,
    pointwiseRegularizer: true,
    pointwiseConstraint: true,
  };
  /** The number of filters of the second step. */
  readonly filters: number;
  /** The number of filters for each channel in the first step. */
  readonly depthMultiplier: number;
  /** The initial values of the depthwise filters. */
  readonly depthwiseInitializer: Initializer;
  /** What is added to the loss for the size of the depthwise filters. */
  readonly depthwiseRegularizer: Regularizer | undefined;
  /** What keeps the depthwise filters in bounds. */
  readonly depthwiseConstraint: Constraint | undefined;
  #depthwise: Variable | undefined;

  /** A layer of `filters` filters of `kernelSize`. */
  constructor(filters: number, kernelSize: Pair, options: SeparableConv2DOptions = {}) {
    super(kernelSize, renamed(options, "pointwise", "kernel"));
    const { depthMultiplier = 1 } = options;
    checkCount("make a layer of convolutions", "filters", filters);
    checkCount("make a layer of convolutions", "depthMultiplier", depthMultiplier);
    this.filters = filters;
    this.depthMultiplier = depthMultiplier;
    this.depthwiseInitializer = initializerOf(options.depthwiseInitializer ?? "glorotUniform");
    this.depthwiseRegularizer = options.depthwiseRegularizer;
    this.depthwiseConstraint = options.depthwiseConstraint;
  }

  /** The number of channels that come out. */
  protected override outputChannels(): number {
    return this.filters;
  }

  /** Makes the weights. */
  protected override build([[, , channels]]: readonly Shape[], rng: Rng): void {
    const { windows: { kernel }, filters, depthMultiplier } = this;
    const shape = [...kernel, channels!, depthMultiplier];
    this.#depthwise = this.addWeight("depthwise_kernel", shape, this.depthwiseInitializer, rng, {
      regularizer: this.depthwiseRegularizer,
      constraint: this.depthwiseConstraint,
    });
    const between = channels! * depthMultiplier;
    this.makeKernel([1, 1, between, filters], filters, rng, "pointwise_kernel");
  }

  /** The result before the part of the activation that is left. */
  protected override linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: FusedActivation,
  ): Tensor {
    const h = convolveDepthwise(x, this.#depthwise!.value, this.sliding);
    return conv2d(h, this.kernel, { bias, activation });
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    return renamed(super.getConfig(), "kernel", "pointwise");
  }
}
