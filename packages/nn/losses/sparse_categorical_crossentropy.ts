import { cast, log, reshape, softmaxCrossEntropy, type Tensor } from "@neurite/tensor";
import { valuesOnHost } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import type { Shape } from "../shape.ts";
import { Loss } from "./loss.ts";
import { clipProbabilities, type CrossentropyOptions } from "./probabilities.ts";
import { checkSparseShape, checkValues, classNumber, perExample } from "./targets.ts";

/**
 * The cross-entropy of classes for class numbers as targets, `L = -log y_t`: what
 * {@linkcode CategoricalCrossentropy} gives for one-hot rows, without making them. Targets have the
 * shape of the predictions without the last axis, or with 1 in its place; int32, or float32 with
 * integers in it. The mean is taken over further axes, such as time. In `compile`:
 * `"sparseCategoricalCrossentropy"`.
 *
 * With `z`, the logits of `y = softmax(z)`: `dL/dz_k = y_k`, less 1 for the class `k = t`
 *
 * Where the last activation of the model is softmax it is computed from the logits, so that nothing
 * is lost however sure the network is. Other predictions are kept `1e-7` off 0 and 1 and divided by
 * their sum, as in Keras.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { SparseCategoricalCrossentropy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const loss = new SparseCategoricalCrossentropy();
 * const t = tensor([1]), y = tensor([[0.25, 0.5, 0.25]]);
 * assertAlmostEquals(loss.call(t, y).dataSync()[0], Math.log(2), 1e-6);
 * ```
 */
export class SparseCategoricalCrossentropy extends Loss {
  /** The names of its options. */
  static override readonly options: Known<CrossentropyOptions> = { fromLogits: true };
  /** Its name in `compile`. */
  readonly name = "sparseCategoricalCrossentropy";
  /** Whether the predictions are logits. */
  readonly fromLogits: boolean;
  /** Softmax, unless the predictions are logits. */
  override readonly fusedActivation: "softmax" | undefined;

  /** Takes the options. */
  constructor(options: CrossentropyOptions = {}) {
    super(options);
    const { fromLogits = false } = options;
    this.fromLogits = fromLogits;
    this.fusedActivation = fromLogits ? undefined : "softmax";
  }

  /** Throws `ShapeError` unless there is a class number for every row of the predictions. */
  override checkShape(targets: Shape, predictions: Shape): void {
    checkSparseShape(this.name, targets, predictions);
  }

  /** Checks the shape, and that every target is the number of a class; int32 without a last axis. */
  override prepare(yTrue: Tensor, yPred: Tensor): Tensor {
    const t = this.#align(yTrue, yPred);
    const values = valuesOnHost(yTrue);
    if (values !== undefined) {
      const rule = classNumber(yPred.shape[yPred.rank - 1]);
      checkValues(this.name, values, yTrue.shape, rule);
    }
    return t;
  }

  /** The class numbers in the shape of the predictions without the last axis. */
  #align(yTrue: Tensor, yPred: Tensor): Tensor {
    this.checkShape(yTrue.shape, yPred.shape);
    const t = cast(yTrue, "int32");
    return t.rank < yPred.rank ? t : reshape(t, yPred.shape.slice(0, -1));
  }

  /** Checks the shape and all class numbers. */
  override checkTargets(values: ArrayLike<number>, shape: readonly number[], output: Shape): void {
    this.checkShape(shape, [shape[0], ...output]);
    const classes = output[output.length - 1] ?? Infinity;
    checkValues(this.name, values, shape, classNumber(classes));
  }

  /** The loss of each example, `[batch]`. */
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.callOnLogits(yTrue, this.fromLogits ? yPred : log(clipProbabilities(yPred)));
  }

  /** The same from the logits. */
  override callOnLogits(yTrue: Tensor, z: Tensor): Tensor {
    return perExample(softmaxCrossEntropy(this.#align(yTrue, z), z));
  }
}
