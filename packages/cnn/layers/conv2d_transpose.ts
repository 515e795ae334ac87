/** The transposed convolution, which makes images larger. */
import type { Known, Shape } from "@neurite/nn";
import {
  conv2dTranspose,
  type FusedActivation,
  type Pair,
  type Rng,
  ShapeError,
  type Tensor,
} from "@neurite/tensor";
import {
  checkCount,
  pair,
  slidingAlong,
  slidingOutputSize,
  transposedOutputSize,
} from "@neurite/tensor/internal";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "../convolution_layer.ts";
import type { ImageShape } from "../image_shape.ts";

/** The options of {@linkcode Conv2DTranspose}. */
export interface Conv2DTransposeOptions extends ConvolutionLayerOptions {
  /**
   * What is added to the smallest size of the result, down and across, as more than one size leads
   * back to the input's: less than the strides. By default the size is Keras's default.
   */
  outputPadding?: Pair;
}

/**
 * The backward pass of the sizes of a {@linkcode Conv2D}: every number of the input lays the filters,
 * times itself, on the result, `strides` apart.
 *
 * `y_(si+dp)(sj+dq)o = f(sum x_ijc w_pqoc + b_o)` over all `i, j, p, q, c` that meet there
 *
 * The kernel is `[F_h, F_w, filters, channels]`, its last two axes the other way around than in
 * `Conv2D`. Height and width are given by `transposedOutputSize`: `in stride` with padding
 * `"same"`. Layout, names and defaults are Keras's.
 *
 * Throws `RangeError` for sizes below 1 or an `outputPadding` that is not below the strides,
 * `ShapeError` where no convolution leads from the result's size to the input's.
 *
 * @example Every pixel becomes four
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2DTranspose } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { ones, reshape } from "@neurite/tensor";
 *
 * const layer = new Conv2DTranspose(1, 2, { strides: 2, inputShape: [1, 2, 1] });
 * const model = new Sequential([layer]);
 * model.setWeights([ones([2, 2, 1, 1]), [0]]);
 * const y = model.predict(reshape([3, 5], [1, 1, 2, 1]));
 * assertEquals(reshape(y, [2, 4]).array(), [[3, 3, 5, 5], [3, 3, 5, 5]]);
 * ```
 */
export class Conv2DTranspose extends ConvolutionLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["filters", "kernelSize"];
  /** The names of its options. */
  static override readonly options: Known<Conv2DTransposeOptions> = {
    ...ConvolutionLayer.options,
    outputPadding: true,
  };
  /** The number of filters: of channels that come out. */
  readonly filters: number;
  /** What is added to the smallest size of the result, where it was given. */
  readonly outputPadding: readonly [number, number] | undefined;

  /** A layer of `filters` filters of `kernelSize`. */
  constructor(
    filters: number,
    kernelSize: Pair,
    options: Conv2DTransposeOptions = {},
  ) {
    super(kernelSize, options);
    const { outputPadding } = options;
    checkCount("make a layer of convolutions", "filters", filters);
    this.filters = filters;
    if (outputPadding === undefined) return;
    const { strides } = this.windows;
    this.outputPadding = pair("make a Conv2DTranspose", "outputPadding", outputPadding, 0);
    if (this.outputPadding.some((n, axis) => n >= strides[axis])) {
      throw new RangeError(
        "Cannot make a Conv2DTranspose as outputPadding must be below the strides: current " +
          `${this.outputPadding.join(" and ")} with strides ${strides.join(" and ")}`,
      );
    }
  }

  /** The number of channels that come out. */
  protected override outputChannels(): number {
    return this.filters;
  }

  /** The height and width of the result. */
  protected override outputSizes([height, width]: ImageShape): [number | null, number | null] {
    return [this.#along(0, height), this.#along(1, width)];
  }

  #along(axis: 0 | 1, size: number | null): number | null {
    if (size === null) return null;
    const { windows, outputPadding } = this, kernel = windows.kernel[axis];
    const sliding = slidingAlong(windows, axis);
    const made = transposedOutputSize(size, kernel, {
      ...sliding,
      outputPadding: outputPadding?.[axis],
    });
    if (made > 0 && slidingOutputSize(made, kernel, sliding) === size) return made;
    throw new ShapeError(
      "compute Conv2DTranspose",
      `a convolution must lead from the result's size back to ${size}`,
      [],
      `size ${made}, window ${kernel}, ${JSON.stringify(sliding)}. Try another outputPadding`,
    );
  }

  /** Makes the weights. */
  protected override build([[, , channels]]: readonly Shape[], rng: Rng): void {
    const { windows: { kernel }, filters } = this;
    this.makeKernel([...kernel, filters, channels!], filters, rng);
  }

  /** The result before the part of the activation that is left. */
  protected override linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: FusedActivation,
  ): Tensor {
    const [, height, width] = x.shape;
    const outputSize = [this.#along(0, height)!, this.#along(1, width)!] as const;
    return conv2dTranspose(x, this.kernel, { ...this.sliding, outputSize, bias, activation });
  }
}
