import { add, log, mul, neg, softmaxCrossEntropy, sum, type Tensor } from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import { formatSizes, type Shape } from "../shape.ts";
import { Loss } from "./loss.ts";
import {
  checkSmoothing,
  clipProbabilities,
  normalizeRows,
  type SmoothedCrossentropyOptions,
} from "./probabilities.ts";
import { checkSameShape, perExample } from "./targets.ts";

/**
 * The cross-entropy of classes, `L = -sum_k t_k log y_k` over the last axis, for one-hot targets or
 * other probabilities in the shape of the predictions; the mean over further axes, such as time. In
 * `compile`: `"categoricalCrossentropy"`. For class numbers there is
 * {@linkcode SparseCategoricalCrossentropy}.
 *
 * With `z`, the logits of `y = softmax(z)`: `dL/dz_k = y_k - t_k`
 *
 * Where the last activation of the model is softmax it is computed from the logits, so that nothing
 * is lost however sure the network is. Other predictions are divided by their sum and kept `1e-7`
 * off 0 and 1, as in Keras. Label smoothing by `s` moves the targets of `n` classes to
 * `t (1 - s) + s/n`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { CategoricalCrossentropy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const t = tensor([[0, 1, 0]]), y = tensor([[0.25, 0.5, 0.25]]);
 * assertAlmostEquals(new CategoricalCrossentropy().call(t, y).dataSync()[0], Math.log(2), 1e-6);
 * ```
 */
export class CategoricalCrossentropy extends Loss {
  /** The names of its options. */
  static override readonly options: Known<SmoothedCrossentropyOptions> = {
    fromLogits: true,
    labelSmoothing: true,
  };
  /** Its name in `compile`. */
  readonly name = "categoricalCrossentropy";
  /** Whether the predictions are logits. */
  readonly fromLogits: boolean;
  /** How much of the targets is spread evenly over all classes. */
  readonly labelSmoothing: number;
  /** Softmax, unless the predictions are logits. */
  override readonly fusedActivation: "softmax" | undefined;

  /** Takes the options. Throws `RangeError` unless `labelSmoothing` is from 0 to 1. */
  constructor(options: SmoothedCrossentropyOptions = {}) {
    super(options);
    const { fromLogits = false, labelSmoothing = 0 } = options;
    this.fromLogits = fromLogits;
    this.labelSmoothing = checkSmoothing(this.name, labelSmoothing);
    this.fusedActivation = fromLogits ? undefined : "softmax";
  }

  /** Throws unless targets and predictions have one shape, and two classes or more. */
  override checkShape(targets: Shape, predictions: Shape): void {
    checkSameShape(this.name, targets, predictions);
    if (predictions[predictions.length - 1] !== 1) return;
    throw new RangeError(
      `Cannot compute ${this.name} as there must be two classes or more: current predictions ` +
        `${formatSizes(predictions)}. Use binaryCrossentropy for a single sigmoid output`,
    );
  }

  #smooth(yTrue: Tensor): Tensor {
    const s = this.labelSmoothing;
    return s === 0 ? yTrue : add(mul(yTrue, 1 - s), s / yTrue.shape[yTrue.rank - 1]);
  }

  /** The loss of each example, `[batch]`. */
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    if (this.fromLogits) return this.callOnLogits(yTrue, yPred);
    const t = this.#smooth(this.prepare(yTrue, yPred)), p = clipProbabilities(normalizeRows(yPred));
    return perExample(neg(sum(mul(t, log(p)), { axis: -1 })));
  }

  /** The same from the logits. */
  override callOnLogits(yTrue: Tensor, z: Tensor): Tensor {
    return perExample(softmaxCrossEntropy(this.#smooth(this.prepare(yTrue, z)), z));
  }
}
