/** What a metric is: a number over all batches of an epoch that people read. */
import type { Tensor } from "@neurite/tensor";
import { brand } from "@neurite/tensor/internal";

/** The options that every metric takes. */
export interface MetricOptions {
  /** The name in the logs. */
  name?: string;
}

/**
 * The base of metrics. Most of them are a mean over examples: {@linkcode MeanMetric}.
 *
 * @example The largest error of all
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Metric } from "@neurite/nn";
 * import { abs, max, sub, type Tensor, tensor } from "@neurite/tensor";
 *
 * class LargestError extends Metric {
 *   readonly name = "largestError";
 *   #largest = 0;
 *   reset(): void {
 *     this.#largest = 0;
 *   }
 *   update(yTrue: Tensor, yPred: Tensor): void {
 *     this.#largest = Math.max(this.#largest, max(abs(sub(yTrue, yPred))).item());
 *   }
 *   result(): number {
 *     return this.#largest;
 *   }
 * }
 * const metric = new LargestError();
 * metric.update(tensor([[1], [2]]), tensor([[1.5], [4]]));
 * metric.update(tensor([[0]]), tensor([[1]]));
 * assertEquals(metric.result(), 2);
 * ```
 */
export abstract class Metric {
  static {
    brand(this, "Metric");
  }
  /** The name in the logs, such as `accuracy`. */
  abstract readonly name: string;

  /** Forgets what was seen. */
  abstract reset(): void;

  /**
   * Takes in a batch: targets and predictions, with the batch in front, and perhaps a weight for
   * each example, `[batch]`. Runs in the step's scope; reads what it needs as numbers.
   */
  abstract update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): void;

  /** The value over all batches since the last `reset`. */
  abstract result(): number;

  /**
   * The numbers that `result` is made of, for a checkpoint in the middle of an epoch. A metric that
   * does not say begins anew where the training is taken up again.
   */
  get sums(): readonly number[] {
    return [];
  }
  set sums(_sums: readonly number[]) {}
}
