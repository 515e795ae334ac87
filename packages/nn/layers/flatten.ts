/** Each example as one row of numbers. */
import { reshape, type Tensor } from "@neurite/tensor";
import { Layer } from "../layer.ts";
import { knownSize, only, type Shape } from "../shape.ts";

/**
 * Makes a vector of each example: `[batch, 5, 5, 16]` becomes `[batch, 400]`. Nothing is copied.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Flatten, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Flatten()]);
 * assertEquals(model.predict([[[1, 2], [3, 4]]]).array(), [[1, 2, 3, 4]]);
 * ```
 */
export class Flatten extends Layer {
  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return [knownSize("flatten", only("flatten", inputShapes))];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return reshape(x, [x.shape[0], x.size / Math.max(1, x.shape[0])]);
  }
}
