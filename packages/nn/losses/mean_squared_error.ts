import { meanSquaredError, square, sub, type Tensor } from "@neurite/tensor";
import { ElementwiseLoss } from "./elementwise_loss.ts";

/**
 * The mean squared error, `L = (1/d) sum_j (y_j - t_j)^2` over the `d` numbers of an example: the
 * loss of regression and of autoencoders. In `compile`: `"meanSquaredError"` or `"mse"`.
 *
 * `dL/dy_j = 2 (y_j - t_j) / d`
 *
 * The book's quadratic cost is `1/2 sum_j (y_j - t_j)^2`: `d/2` times as much.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MeanSquaredError } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const t = tensor([[0, 1], [0, 0]]), y = tensor([[2, 1], [1, 3]]);
 * assertEquals(new MeanSquaredError().call(t, y).array(), [2, 5]);
 * ```
 */
export class MeanSquaredError extends ElementwiseLoss {
  /** Its name in `compile`. */
  readonly name = "meanSquaredError";

  /** `(y - t)^2` */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    return square(sub(yPred, yTrue));
  }

  /** The mean over all numbers of the batch, in one pass over memory each way. */
  override callMean(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(this.prepare(yTrue, yPred), yPred);
  }
}
