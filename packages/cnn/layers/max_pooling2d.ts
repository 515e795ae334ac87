/** The largest number of each window. */
import { maxPool2d, type PoolOptions, type Tensor } from "@neurite/tensor";
import { PoolingLayer } from "../pooling_layer.ts";

/**
 * Keeps the most prominent feature of each window: `y_ijc = max_pq x_(si+p)(sj+q)c`. Windows are
 * `poolSize` (2 by default) high and wide and lie side by side unless `strides` says otherwise. There
 * is nothing to learn; half the height and width are left with the defaults, and all the channels.
 *
 * Throws `RangeError` for sizes below 1, `ShapeError` where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MaxPooling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new MaxPooling2D(2)]);
 * const image = reshape([[1, 2, 5, 6], [4, 3, 8, 7]], [1, 2, 4, 1]);
 * assertEquals(model.predict(image).array(), [[[[4], [8]]]]);
 * ```
 */
export class MaxPooling2D extends PoolingLayer {
  /** The operation. */
  protected override pool(x: Tensor, options: PoolOptions): Tensor {
    return maxPool2d(x, options);
  }
}
