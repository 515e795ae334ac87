import type { Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { BinaryAccuracy, type BinaryAccuracyOptions } from "./binary_accuracy.ts";
import { CategoricalAccuracy } from "./categorical_accuracy.ts";
import { Metric, type Reading } from "./metric.ts";
import { SparseCategoricalAccuracy } from "./sparse_categorical_accuracy.ts";

const OPTIONS: Readonly<Record<keyof BinaryAccuracyOptions, true>> = {
  name: true,
  threshold: true,
};

/**
 * The share of right answers. Which kind is decided by the shapes of the first batch, as Keras does:
 *
 * - predictions with one number in a row: {@linkcode BinaryAccuracy};
 * - targets without the last axis, or with 1 there: {@linkcode SparseCategoricalAccuracy};
 * - otherwise {@linkcode CategoricalAccuracy}, for sigmoid outputs, too: for labels that may hold at
 *   once ask for `"binaryAccuracy"`.
 *
 * In `compile`: `"accuracy"`, or `"acc"`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Accuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new Accuracy();
 * metric.update(tensor([1, 0]), tensor([[0.3, 0.7], [0.4, 0.6]])); // class numbers
 * assertEquals(metric.result(), 0.5);
 * ```
 */
export class Accuracy extends Metric {
  /** The name in the logs. */
  readonly name: string;
  readonly #options: BinaryAccuracyOptions;
  #kind: Metric | undefined;
  /** Sums that were set before the kind was known. */
  #waiting: readonly number[] | undefined;

  /** Takes a name for the logs, and the threshold for a single output. */
  constructor(options: BinaryAccuracyOptions = {}) {
    super();
    checkOptions("make a Accuracy", options, OPTIONS);
    const { name = "accuracy", threshold = 0.5 } = options;
    this.name = name;
    this.#options = { name, threshold };
  }

  /** Resets the sums; the kind stays. */
  override reset(): void {
    this.#kind?.reset();
    this.#waiting = undefined;
  }

  /** Measures a batch; the first one decides the kind. */
  override measure(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Reading {
    this.#kind ??= this.#choose(yTrue, yPred);
    if (this.#waiting !== undefined) this.#kind.sums = this.#waiting;
    this.#waiting = undefined;
    return this.#kind.measure(yTrue, yPred, sampleWeight);
  }

  #choose({ shape: targets }: Tensor, { shape: predictions }: Tensor): Metric {
    if (predictions.length < 2 || predictions[predictions.length - 1] === 1) {
      return new BinaryAccuracy(this.#options);
    }
    return targets.length < predictions.length || targets[targets.length - 1] === 1
      ? new SparseCategoricalAccuracy({ name: this.name })
      : new CategoricalAccuracy({ name: this.name });
  }

  /** How many are right, and how many there are, both weighted. */
  override get sums(): readonly number[] {
    return this.#waiting ?? this.#kind?.sums ?? [0, 0];
  }
  override set sums(sums: readonly number[]) {
    this.#waiting = sums;
  }

  /** The share over all batches since the last `reset`. */
  override result(): number {
    const [right, all] = this.sums;
    return all === 0 ? 0 : right / all;
  }
}
