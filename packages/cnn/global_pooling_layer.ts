/** What layers that keep one number of each channel have in common. */
import { type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import type { ReduceOptions, Tensor } from "@neurite/tensor";
import { imageShape } from "./image_shape.ts";

/** The options of a global pooling layer. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Whether height and width stay, as 1; by default they go, and a vector is left. */
  keepDims?: boolean;
}

/**
 * The base of layers that keep one number of each channel, whatever the size of the image.
 *
 * @example The sum of each channel
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GlobalPoolingLayer } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { type ReduceOptions, reshape, sum, type Tensor } from "@neurite/tensor";
 *
 * class GlobalSumPooling2D extends GlobalPoolingLayer {
 *   protected override reduce(x: Tensor, options: ReduceOptions): Tensor {
 *     return sum(x, options);
 *   }
 * }
 *
 * const image = reshape([1, 10, 3, 30], [1, 1, 2, 2]); // two channels
 * assertEquals(new Sequential([new GlobalSumPooling2D()]).predict(image).array(), [[4, 40]]);
 * ```
 */
export abstract class GlobalPoolingLayer extends Layer {
  /** The names of its options. */
  static override readonly options: Known<GlobalPoolingOptions> = {
    ...Layer.options,
    keepDims: true,
  };
  /** Whether height and width stay, as 1. */
  readonly keepDims: boolean;

  /** Takes the options. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(options);
    this.keepDims = options.keepDims ?? false;
  }

  /** The operation. */
  protected abstract reduce(x: Tensor, options: ReduceOptions): Tensor;

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [, , channels] = imageShape(`compute ${this.className}`, inputShapes);
    return this.keepDims ? [1, 1, channels] : [channels];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return this.reduce(x, { axis: [1, 2], keepDims: this.keepDims });
  }
}
