/** The largest number of each channel. */
import { max, type ReduceOptions, type Tensor } from "@neurite/tensor";
import { GlobalPoolingLayer } from "../global_pooling_layer.ts";

/**
 * The largest number of each channel over the whole image: `y_c = max_ij x_ijc`. It says whether
 * a feature is anywhere, not where.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GlobalMaxPooling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new GlobalMaxPooling2D({ keepDims: true })]);
 * const image = reshape([1, 30, 3, 10], [1, 1, 2, 2]); // two channels
 * assertEquals(model.predict(image).array(), [[[[3, 30]]]]);
 * ```
 */
export class GlobalMaxPooling2D extends GlobalPoolingLayer {
  /** The operation. */
  protected override reduce(x: Tensor, options: ReduceOptions): Tensor {
    return max(x, options);
  }
}
