/** The convolutional layer. */
import type {
  CallContext,
  Epilogue,
  EpiloguePart,
  FusedCall,
  Known,
  Layer,
  Shape,
} from "@neurite/nn";
import {
  add,
  conv2d,
  type FusedActivation,
  mul,
  ones,
  type Pair,
  type Rng,
  ShapeError,
  type Tensor,
  zeros,
} from "@neurite/tensor";
import { checkCount, fusedConv2d, upsampledConv2d } from "@neurite/tensor/internal";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "../convolution_layer.ts";
import { UpSampling2D } from "./up_sampling2d.ts";

/** The options of {@linkcode Conv2D}. */
export interface Conv2DOptions extends ConvolutionLayerOptions {
  /** Parts of the channels that are convolved on their own; 1 by default. */
  groups?: number;
}

/**
 * Filters slide over images and say how well each place responds to them:
 *
 * `y_ijo = f(sum_pqc x_(si+dp)(sj+dq)c w_pqco + b_o)`
 *
 * Images are `[height, width, channels]`, the kernel is `[F_h, F_w, channels / groups, filters]`, one
 * feature map comes out for each filter, of a height and width that `slidingOutputSize` gives; with
 * strides 1 and no padding, `W_out = W_in - F_w + 1`. Layout, names and defaults are Keras's. From
 * LeCun et al., "Gradient-based learning applied to document recognition", 1998.
 *
 * Throws `RangeError` for numbers of filters, sizes or groups below 1, `ShapeError` where groups do
 * not divide channels and filters, or no window fits into the image.
 *
 * @example A filter that finds vertical edges
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new Conv2D(1, [1, 2], { inputShape: [2, 4, 1] })]);
 * model.setWeights([reshape([-1, 1], [1, 2, 1, 1]), [0]]); // the right pixel minus the left one
 * const image = reshape([0, 0, 9, 9, 0, 0, 9, 9], [1, 2, 4, 1]);
 * assertEquals(reshape(model.predict(image), [2, 3]).array(), [[0, 9, 0], [0, 9, 0]]);
 * ```
 */
export class Conv2D extends ConvolutionLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["filters", "kernelSize"];
  /** The names of its options. */
  static override readonly options: Known<Conv2DOptions> = {
    ...ConvolutionLayer.options,
    groups: true,
  };
  /** The number of filters. */
  readonly filters: number;
  /** Parts of the channels that are convolved on their own. */
  readonly groups: number;

  /** A layer of `filters` filters of `kernelSize`. */
  constructor(filters: number, kernelSize: Pair, options: Conv2DOptions = {}) {
    super(kernelSize, options);
    const { groups = 1 } = options;
    checkCount("make a layer of convolutions", "filters", filters);
    checkCount("make a layer of convolutions", "groups", groups);
    this.filters = filters;
    this.groups = groups;
  }

  /** The number of channels that come out. */
  protected override outputChannels(inputs: number): number {
    const { filters, groups } = this;
    if (inputs % groups === 0 && filters % groups === 0) return filters;
    throw new ShapeError(
      "compute Conv2D",
      "groups must divide the channels and the filters",
      [],
      `${groups} groups, ${inputs} channels, ${filters} filters`,
    );
  }

  /** Makes the weights. */
  protected override build([[, , channels]]: readonly Shape[], rng: Rng): void {
    const { windows: { kernel }, filters, groups } = this;
    this.makeKernel([...kernel, channels! / groups, filters], filters, rng);
  }

  /** The result before the part of the activation that is left. */
  protected override linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: FusedActivation,
  ): Tensor {
    return conv2d(x, this.kernel, { ...this.sliding, groups: this.groups, bias, activation });
  }

  /** All that can follow is done on the way, unless the layer has an activation of its own. */
  override get epilogue(): readonly EpiloguePart[] {
    return this.activationName === "linear" ? ["normalization", "sum", "activation"] : [];
  }

  /** The result with what follows it. */
  override callWithEpilogue(
    [x]: readonly Tensor[],
    _context: CallContext,
    { scale, shift, residual, activation }: Epilogue,
  ): Tensor {
    const sliding = { ...this.sliding, groups: this.groups }, { kernel } = this, bias = this.bias;
    if (scale === undefined && residual === undefined) {
      return conv2d(x, kernel, { ...sliding, bias, activation });
    }
    const before = bias === undefined ? undefined : scale === undefined ? bias : mul(bias, scale);
    const added = before === undefined
      ? shift ?? zeros([this.filters])
      : shift === undefined
      ? before
      : add(before, shift);
    return fusedConv2d(x, kernel, {
      ...sliding,
      scale: scale ?? ones([this.filters]),
      shift: added,
      residual,
      activation,
    });
  }

  /** After an enlargement by repeated pixels: both at once, without the large images. */
  override fuse(before: Layer): FusedCall | undefined {
    const { windows: { strides, dilations, padding }, groups } = this;
    const plain = groups === 1 && [...strides, ...dilations].every((n) => n === 1);
    if (!(before instanceof UpSampling2D && before.interpolation === "nearest" && plain)) {
      return undefined;
    }
    return ([x], _context, beforeActivation) =>
      this.activated(
        (bias, activation) =>
          upsampledConv2d(x, this.kernel, { size: before.size, padding, bias, activation }),
        beforeActivation,
      );
  }
}
