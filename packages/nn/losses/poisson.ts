import { add, log, mul, sub, type Tensor } from "@neurite/tensor";
import type { Shape } from "../shape.ts";
import { ElementwiseLoss } from "./elementwise_loss.ts";
import { EPSILON } from "./probabilities.ts";
import { checkValues, COUNT } from "./targets.ts";

/**
 * The Poisson loss, `L = (1/d) sum_j (y_j - t_j log y_j)`: the negative log-likelihood of counts
 * `t_j` whose mean is predicted as `y_j`, without the term that depends on `t` only. Targets are 0 or
 * more; the last activation must give positive numbers (`exponential`, `softplus`). In `compile`:
 * `"poisson"`.
 *
 * `dL/dy_j = (1 - t_j / y_j) / d`
 *
 * `1e-7` is added to `y` in the logarithm, as in Keras.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Poisson } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const loss = new Poisson().call(tensor([[3]]), tensor([[2]]));
 * assertAlmostEquals(loss.item(), 2 - 3 * Math.log(2), 1e-6);
 * ```
 */
export class Poisson extends ElementwiseLoss {
  /** Its name in `compile`. */
  readonly name = "poisson";
  /** Checks the shape, and that no value is negative. */
  override checkTargets(values: ArrayLike<number>, shape: readonly number[], output: Shape): void {
    this.checkShape(shape, [shape[0], ...output]);
    checkValues(this.name, values, shape, COUNT);
  }

  /** `y - t log y` */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    return sub(yPred, mul(yTrue, log(add(yPred, EPSILON))));
  }
}
