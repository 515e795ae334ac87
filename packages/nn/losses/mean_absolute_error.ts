import { abs, sub, type Tensor } from "@neurite/tensor";
import { ElementwiseLoss } from "./elementwise_loss.ts";

/**
 * The mean absolute error, `L = (1/d) sum_j |y_j - t_j|` over the `d` numbers of an example. Far-off
 * targets weigh less than in the squared error; the best constant prediction is the median. In
 * `compile`: `"meanAbsoluteError"` or `"mae"`.
 *
 * `dL/dy_j = sign(y_j - t_j) / d`, 0 where they are equal
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MeanAbsoluteError } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const t = tensor([[0, 1], [0, 0]]), y = tensor([[2, 1], [1, -3]]);
 * assertEquals(new MeanAbsoluteError().call(t, y).array(), [1, 2]);
 * ```
 */
export class MeanAbsoluteError extends ElementwiseLoss {
  /** Its name in `compile`. */
  readonly name = "meanAbsoluteError";

  /** `|y - t|` */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    return abs(sub(yPred, yTrue));
  }
}
