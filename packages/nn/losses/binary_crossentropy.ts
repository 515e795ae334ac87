import { add, log, mul, neg, sigmoidCrossEntropy, sub, type Tensor } from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import type { Shape } from "../shape.ts";
import { ElementwiseLoss } from "./elementwise_loss.ts";
import {
  checkSmoothing,
  clipProbabilities,
  type SmoothedCrossentropyOptions,
} from "./probabilities.ts";
import { checkValues, perExample, PROBABILITY } from "./targets.ts";

/**
 * The cross-entropy of two classes, `L = -(1/d) sum_j (t_j log y_j + (1 - t_j) log(1 - y_j))`, the mean
 * over the `d` numbers of an example: for one sigmoid output, for several labels that may hold at
 * once, and for pixels between 0 and 1. In `compile`: `"binaryCrossentropy"`.
 *
 * With `z`, the logits of `y`: `dL/dz_j = (y_j - t_j) / d`
 *
 * Where the last activation of the model is sigmoid it is computed from the logits, so that nothing
 * is lost however sure the network is. Other probabilities are kept `1e-7` off 0 and 1, as in Keras.
 * Label smoothing by `s` moves the targets to `t (1 - s) + s/2`.
 *
 * The book's cross-entropy cost is the sum over `j`: `d` times as much.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { BinaryCrossentropy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const t = tensor([[1], [0]]);
 * const [sure, unsure] = new BinaryCrossentropy().call(t, tensor([[0.9], [0.5]])).dataSync();
 * assertAlmostEquals(sure, -Math.log(0.9), 1e-6);
 * assertAlmostEquals(unsure, Math.log(2), 1e-6);
 *
 * const logits = new BinaryCrossentropy({ fromLogits: true });
 * assertAlmostEquals(logits.call(t, tensor([[0], [50]])).dataSync()[1], 50, 1e-4);
 * ```
 */
export class BinaryCrossentropy extends ElementwiseLoss {
  /** The names of its options. */
  static override readonly options: Known<SmoothedCrossentropyOptions> = {
    fromLogits: true,
    labelSmoothing: true,
  };
  /** Its name in `compile`. */
  readonly name = "binaryCrossentropy";
  /** Whether the predictions are logits. */
  readonly fromLogits: boolean;
  /** How much of the targets is moved to 1/2. */
  readonly labelSmoothing: number;
  /** Sigmoid, unless the predictions are logits. */
  override readonly fusedActivation: "sigmoid" | undefined;
  /** Takes the options. Throws `RangeError` unless `labelSmoothing` is from 0 to 1. */
  constructor(options: SmoothedCrossentropyOptions = {}) {
    super(options);
    const { fromLogits = false, labelSmoothing = 0 } = options;
    this.fromLogits = fromLogits;
    this.labelSmoothing = checkSmoothing(this.name, labelSmoothing);
    this.fusedActivation = fromLogits ? undefined : "sigmoid";
  }

  /** Checks the shape, and that all values are probabilities. */
  override checkTargets(values: ArrayLike<number>, shape: readonly number[], output: Shape): void {
    this.checkShape(shape, [shape[0], ...output]);
    checkValues(this.name, values, shape, PROBABILITY);
  }

  #smooth(yTrue: Tensor): Tensor {
    const s = this.labelSmoothing;
    return s === 0 ? yTrue : add(mul(yTrue, 1 - s), s / 2);
  }

  /** `-t log y - (1 - t) log(1 - y)` */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    const t = this.#smooth(yTrue);
    if (this.fromLogits) return sigmoidCrossEntropy(t, yPred);
    const p = clipProbabilities(yPred);
    return neg(add(mul(t, log(p)), mul(sub(1, t), log(sub(1, p)))));
  }

  /** The loss of each example from the logits, `[batch]`. */
  override callOnLogits(yTrue: Tensor, z: Tensor): Tensor {
    return perExample(sigmoidCrossEntropy(this.#smooth(this.prepare(yTrue, z)), z));
  }
}
