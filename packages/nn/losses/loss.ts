/** What a loss is: a number for each example that says how far a prediction is off. */
import type { Shape } from "../shape.ts";
import { Configurable } from "../configurable.ts";
import { Registry } from "../registry.ts";
import type { Tensor } from "@neurite/tensor";
import { brand } from "@neurite/tensor/internal";
import { checkValues, FINITE, likePredictions } from "./targets.ts";

/** Losses by the names of their classes; a loss of your own joins by `losses.register`. */
export const losses: Registry<Loss> = new Registry<Loss>("loss");

/**
 * The base of losses. A training step minimises the mean of `call` over the batch.
 *
 * With a weight `w_i` for each of the `n` examples of a batch it minimises `(1/n) sum_i w_i L_i`:
 * divided by the number of examples and not by the sum of the weights, as Keras does. A weight of 2
 * thus counts like the example given twice, but for the divisor.
 *
 * @example A loss of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Loss } from "@neurite/nn";
 * import { mean, square, sub, type Tensor, tensor } from "@neurite/tensor";
 *
 * class HalfSquaredError extends Loss {
 *   readonly name = "halfSquaredError";
 *   call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return mean(square(sub(yTrue, yPred)), { axis: -1 });
 *   }
 * }
 * const loss = new HalfSquaredError();
 * assertEquals(loss.call(tensor([[0, 2]]), tensor([[0, 0]])).array(), [2]);
 * ```
 */
export abstract class Loss extends Configurable {
  static {
    brand(this, "Loss");
  }
  /** The family of losses. */
  static override readonly family: Registry<Loss> = losses;
  /** The name that `compile({ loss })` knows it by, such as `meanSquaredError`. */
  abstract readonly name: string;

  /** The last activation with which it can be computed from the pre-activations at once. */
  readonly fusedActivation?: "softmax" | "sigmoid" | undefined;

  /**
   * Checks the targets against the shape of the predictions, both with the batch in front; throws
   * `ShapeError`, or `RangeError` for values that cannot be targets. Returns them as they are
   * wanted by `call`: as float32, and in the shape of the predictions where the two differ only by a
   * last axis of size 1, as in Keras, so that `[n]` and `[n, 1]` are never broadcast to `[n, n]`.
   * Runs in every step, so it looks at values only where they are few: class numbers.
   */
  prepare(yTrue: Tensor, yPred: Tensor): Tensor {
    this.checkShape(yTrue.shape, yPred.shape);
    return likePredictions(yTrue, yPred);
  }

  /**
   * Checks the shape of targets against that of predictions, both with the batch in front and `null`
   * for sizes that are not known. Throws `ShapeError`, or `RangeError` for predictions that the loss
   * makes no sense for.
   */
  checkShape(_targets: Shape, _predictions: Shape): void {}

  /**
   * Checks all targets of a data set, once, before training on it: `values` in row-major order, of a
   * `shape` with the examples in front, for predictions that have `outputShape` each. Throws what
   * `checkShape` throws, `RangeError` for values that cannot be targets, and `DataError` for NaN and
   * infinite ones, which is all that is looked for unless a loss overrides this.
   */
  checkTargets(values: ArrayLike<number>, shape: readonly number[], outputShape: Shape): void {
    this.checkShape(shape, [shape[0], ...outputShape]);
    checkValues(this.name, values, shape, FINITE);
  }

  /**
   * The loss of each example, `[batch]`, from prepared targets and predictions. The losses of this
   * package check and align the shapes of others, too.
   */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** The same from the pre-activations of {@linkcode Loss.fusedActivation}. */
  callOnLogits?(yTrue: Tensor, z: Tensor): Tensor;

  /**
   * The mean over the batch at once, where that saves passes over memory; otherwise the mean of
   * `call` is taken. Not used with weights.
   */
  callMean?(yTrue: Tensor, yPred: Tensor): Tensor;
}
