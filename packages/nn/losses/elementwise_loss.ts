/** What losses that compare number with number have in common. */
import type { Tensor } from "@neurite/tensor";
import type { Shape } from "../shape.ts";
import { Loss } from "./loss.ts";
import { checkSameShape, perExample } from "./targets.ts";

/**
 * The base of losses that are a mean over all numbers of an example, of a function of target and
 * prediction. Targets have the shape of the predictions; a last axis of size 1 may be left out.
 *
 * @example A loss of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ElementwiseLoss } from "@neurite/nn";
 * import { pow, sub, type Tensor, tensor } from "@neurite/tensor";
 *
 * class FourthPower extends ElementwiseLoss {
 *   readonly name = "fourthPower";
 *   protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return pow(sub(yPred, yTrue), 4);
 *   }
 * }
 * const loss = new FourthPower(), y = tensor([[1], [2]]);
 * assertEquals(loss.call(tensor([0, 0]), y).array(), [1, 16]);
 * ```
 */
export abstract class ElementwiseLoss extends Loss {
  /** The loss of each number, in the shape of the predictions. */
  protected abstract each(yTrue: Tensor, yPred: Tensor): Tensor;

  /** Throws `ShapeError` unless there is a target for every number. */
  override checkShape(targets: Shape, predictions: Shape): void {
    checkSameShape(this.name, targets, predictions);
  }

  /** The mean of the losses of each example's numbers, `[batch]`. */
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return perExample(this.each(this.prepare(yTrue, yPred), yPred));
  }
}
