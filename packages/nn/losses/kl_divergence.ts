import { cast, clip, div, log, mul, reshape, sum, type Tensor } from "@neurite/tensor";
import type { Shape } from "../shape.ts";
import { Loss } from "./loss.ts";
import { EPSILON } from "./probabilities.ts";
import { checkSameShape, checkValues, perExample, PROBABILITY } from "./targets.ts";

/**
 * The Kullback-Leibler divergence, `L = sum_k t_k log(t_k / y_k)` over the last axis: how far the
 * predicted probabilities `y` are from the probabilities `t`; 0 where they agree. The mean is taken
 * over further axes. In `compile`: `"klDivergence"`.
 *
 * `dL/dy_k = -t_k / y_k`
 *
 * Both are kept between `1e-7` and 1, as in Keras.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { KLDivergence } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const loss = new KLDivergence().call(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]]));
 * assertAlmostEquals(loss.item(), Math.log(2) / 2 + Math.log(2 / 3) / 2, 1e-6);
 * ```
 */
export class KLDivergence extends Loss {
  /** Its name in `compile`. */
  readonly name = "klDivergence";

  /** Throws `ShapeError` unless there is a target for every number. */
  override checkShape(targets: Shape, predictions: Shape): void {
    checkSameShape(this.name, targets, predictions);
  }

  /** Checks the shape, and that all values are probabilities. */
  override checkTargets(values: ArrayLike<number>, shape: readonly number[], output: Shape): void {
    this.checkShape(shape, [shape[0], ...output]);
    checkValues(this.name, values, shape, PROBABILITY);
  }

  /** The loss of each example, `[batch]`. */
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    this.checkShape(yTrue.shape, yPred.shape);
    // Where one of them lacks a last axis of size 1, neither has it, as in Keras: the sum is taken over
    // the axis before.
    const shape = yPred.rank > 2 && yTrue.rank < yPred.rank ? yTrue.shape : yPred.shape;
    const [t, y] = [cast(yTrue, "float32"), yPred].map((p) => clip(reshape(p, shape), EPSILON, 1));
    return perExample(sum(mul(t, log(div(t, y))), { axis: -1 }));
  }
}
