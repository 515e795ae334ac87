/** The mean of each window. */
import { avgPool2d, type PoolOptions, type Tensor } from "@neurite/tensor";
import { PoolingLayer } from "../pooling_layer.ts";

/**
 * Smooths and shrinks: `y_ijc = (1/k) sum_pq x_(si+p)(sj+q)c` over the `k` places of a window that
 * are in the image; padding does not count, as in Keras. Windows are `poolSize` (2 by default) high
 * and wide and lie side by side unless `strides` says otherwise.
 *
 * Throws `RangeError` for sizes below 1, `ShapeError` where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AveragePooling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new AveragePooling2D(2)]);
 * const image = reshape([[1, 2, 5, 6], [4, 1, 8, 9]], [1, 2, 4, 1]);
 * assertEquals(model.predict(image).array(), [[[[2], [7]]]]);
 * ```
 */
export class AveragePooling2D extends PoolingLayer {
  /** The operation. */
  protected override pool(x: Tensor, options: PoolOptions): Tensor {
    return avgPool2d(x, options);
  }
}
