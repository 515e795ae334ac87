/** What pooling layers have in common. */
import { type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import type { Padding, Pair, PoolOptions, Tensor } from "@neurite/tensor";
import { type WindowSettings, windowSettings } from "@neurite/tensor/internal";
import { imageShape, windowCounts } from "./image_shape.ts";

/** The options of a pooling layer. */
export interface PoolingOptions extends LayerOptions {
  /** How far windows move, down and across; the pool size by default: side by side. */
  strides?: Pair;
  /**
   * What stands around the image: `"valid"` (default) nothing, `"same"` as much as it takes for
   * `ceil(size / stride)` windows, `[[top, bottom], [left, right]]` so much.
   */
  padding?: Padding;
}

/**
 * The base of layers that keep one number of each window, for every channel on its own.
 *
 * @example The smallest number of each window
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PoolingLayer } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { maxPool2d, neg, type PoolOptions, reshape, type Tensor } from "@neurite/tensor";
 *
 * class MinPooling2D extends PoolingLayer {
 *   protected override pool(x: Tensor, options: PoolOptions): Tensor {
 *     return neg(maxPool2d(neg(x), options));
 *   }
 * }
 *
 * const image = reshape([[1, 2, 5, 6], [4, 3, 8, 7]], [1, 2, 4, 1]);
 * assertEquals(new Sequential([new MinPooling2D(2)]).predict(image).array(), [[[[1], [5]]]]);
 * ```
 */
export abstract class PoolingLayer extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["poolSize"];
  /** The names of its options. */
  static override readonly options: Known<PoolingOptions> = {
    ...Layer.options,
    strides: true,
    padding: true,
  };
  /** How the windows slide. */
  readonly windows: WindowSettings;

  /** A layer of windows of `poolSize`; `RangeError` for sizes that are not integers above 0. */
  constructor(poolSize: Pair = 2, options: PoolingOptions = {}) {
    super(options);
    const { strides = poolSize, padding } = options;
    this.windows = windowSettings("make a pooling layer", poolSize, { strides, padding });
  }

  /** The operation. */
  protected abstract pool(x: Tensor, options: PoolOptions): Tensor;

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const operation = `compute ${this.className}`, image = imageShape(operation, inputShapes);
    return [...windowCounts(operation, image, this.windows), image[2]];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const { kernel, strides, padding } = this.windows;
    return this.pool(x, { size: kernel, strides, padding });
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { kernel, strides, padding } = this.windows;
    return { ...super.getConfig(), poolSize: kernel, strides, padding };
  }
}
