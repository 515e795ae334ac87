import { abs, sub, type Tensor } from "@neurite/tensor";
import type { Config } from "../variable.ts";
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
  /** The name in files. */
  static readonly className = "MeanAbsoluteError";
  /** Its name in `compile`. */
  readonly name = "meanAbsoluteError";

  /** Makes the loss again. */
  static fromConfig(): MeanAbsoluteError {
    return new MeanAbsoluteError();
  }

  /** `|y - t|` */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    return abs(sub(yPred, yTrue));
  }

  /** What makes the same loss again. */
  override toConfig(): Config {
    return { className: "MeanAbsoluteError", config: {} };
  }
}
