/** The mean of each channel. */
import { mean, type ReduceOptions, type Tensor } from "@neurite/tensor";
import { GlobalPoolingLayer } from "../global_pooling_layer.ts";

/**
 * The mean of each channel over the whole image: `y_c = (1/HW) sum_ij x_ijc`. Where a network ends
 * with it, each feature map stands for a class, and images may be of any size. From Lin, Chen and
 * Yan, "Network in network", 2014.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GlobalAveragePooling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new GlobalAveragePooling2D()]);
 * const image = reshape([1, 10, 3, 30], [1, 1, 2, 2]); // two channels
 * assertEquals(model.predict(image).array(), [[2, 20]]);
 * ```
 */
export class GlobalAveragePooling2D extends GlobalPoolingLayer {
  /** The operation. */
  protected override reduce(x: Tensor, options: ReduceOptions): Tensor {
    return mean(x, options);
  }
}
