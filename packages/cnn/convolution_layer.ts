/** What layers that slide filters over images have in common. */
import { KernelLayer, type KernelOptions, type Known, type Shape } from "@neurite/nn";
import type { Padding, Pair } from "@neurite/tensor";
import { type WindowSettings, windowSettings } from "@neurite/tensor/internal";
import { type ImageShape, imageShape, windowCounts } from "./image_shape.ts";

/** The options of a layer of convolutions. */
export interface ConvolutionLayerOptions extends KernelOptions {
  /** How far windows move, down and across; 1 by default. */
  strides?: Pair;
  /**
   * What stands around the image: `"valid"` (default) nothing, `"same"` as many zeros as it takes
   * for `ceil(size / stride)` windows, `[[top, bottom], [left, right]]` so many.
   */
  padding?: Padding;
  /** How far the elements of a filter are apart; 1 by default. */
  dilationRate?: Pair;
}

/**
 * The base of layers that slide filters over images: windows, a kernel, a bias, an activation. A
 * subclass says how many channels come out, makes the kernel, and convolves.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2D, ConvolutionLayer } from "@neurite/cnn";
 *
 * const layer: ConvolutionLayer = new Conv2D(8, [3, 5], { strides: 2 });
 * assertEquals(layer.windows.kernel, [3, 5]);
 * assertEquals(layer.windows.strides, [2, 2]);
 * assertEquals(layer.computeOutputShape([[9, 9, 1]]), [4, 3, 8]);
 * ```
 */
export abstract class ConvolutionLayer extends KernelLayer {
  /** The names of its options. */
  static override readonly options: Known<ConvolutionLayerOptions> = {
    ...KernelLayer.options,
    strides: true,
    padding: true,
    dilationRate: true,
  };
  /** How the windows slide. */
  readonly windows: WindowSettings;

  /** Checks the options; throws `RangeError` for sizes that are not integers above 0. */
  constructor(
    kernelSize: Pair,
    options: ConvolutionLayerOptions,
  ) {
    super(options);
    const { strides, padding, dilationRate } = options;
    this.windows = windowSettings("make a layer of convolutions", kernelSize, {
      strides,
      padding,
      dilations: dilationRate,
    });
  }

  /** How the windows slide, as the operations take it: their size is that of the kernel. */
  protected get sliding(): Omit<WindowSettings, "kernel"> {
    const { strides, padding, dilations } = this.windows;
    return { strides, padding, dilations };
  }

  /** How many channels come out where `inputs` come in; throws `ShapeError` for those that may not. */
  protected abstract outputChannels(inputs: number): number;

  /** The height and width of the result. */
  protected outputSizes(image: ImageShape): [height: number | null, width: number | null] {
    return windowCounts(`compute ${this.className}`, image, this.windows);
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const image = imageShape(`compute ${this.className}`, inputShapes);
    return [...this.outputSizes(image), this.outputChannels(image[2])];
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { kernel, strides, padding, dilations } = this.windows;
    return {
      ...super.getConfig(),
      kernelSize: kernel,
      strides,
      padding,
      dilationRate: dilations,
    };
  }
}
