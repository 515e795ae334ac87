/** The sum of several results. */
import { add, ShapeError, type Tensor } from "@neurite/tensor";
import { Layer, type Masks } from "../layer.ts";
import { anyThere } from "../masks.ts";
import { fits, formatSizes, type Shape } from "../shape.ts";

/**
 * Adds inputs of one shape: `y = x_1 + x_2 + ...`, as where a skip meets the main path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Add, Input, Model } from "@neurite/nn";
 *
 * const a = new Input({ shape: [2] }), b = new Input({ shape: [2] });
 * const model = new Model({ inputs: [a, b], outputs: new Add().apply([a, b]) });
 * assertEquals(model.predict([[[1, 2]], [[10, 20]]]).array(), [[11, 22]]);
 * ```
 */
export class Add extends Layer {
  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [first, ...others] = inputShapes;
    if (others.length === 0 || !others.every((shape) => fits(shape, first))) {
      throw new ShapeError(
        "add layers",
        "there must be at least two results, all of one shape",
        [],
        inputShapes.map(formatSizes).join(" and "),
      );
    }
    return first;
  }

  /** A step is there where it is in any input; without a mask where one has none, as in Keras. */
  override computeMasks(masks: Masks): Masks {
    return anyThere(masks);
  }

  /** Runs the layer. */
  override call(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, x) => add(sum, x));
  }
}
