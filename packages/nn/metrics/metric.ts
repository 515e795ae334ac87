/** What a metric is: a number over all batches of an epoch that people read. */
import { type Tensor, tidy } from "@neurite/tensor";
import { brand } from "@neurite/tensor/internal";

/** What is to be read of a batch, and what becomes of it. */
export interface Reading {
  /** A few numbers, made of operations: they stay on the device until somebody looks. */
  readonly tensors: readonly Tensor[];
  /** Takes in their values, a list for each tensor. */
  readonly take: (values: readonly ArrayLike<number>[]) => void;
}

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
 * import { Metric, type Reading } from "@neurite/nn";
 * import { abs, max, sub, type Tensor, tensor } from "@neurite/tensor";
 *
 * class LargestError extends Metric {
 *   readonly name = "largestError";
 *   #largest = 0;
 *   reset(): void {
 *     this.#largest = 0;
 *   }
 *   measure(yTrue: Tensor, yPred: Tensor): Reading {
 *     return {
 *       tensors: [max(abs(sub(yTrue, yPred)))],
 *       take: ([largest]) => this.#largest = Math.max(this.#largest, largest[0]),
 *     };
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

  /** Resets the sums. */
  abstract reset(): void;

  /**
   * Measures a batch: targets and predictions, with the batch in front, and perhaps a weight for each
   * example, `[batch]`. Runs in the step's scope, and reads nothing itself: training goes on while
   * a device still computes, and reads the tensors of many steps and metrics at once.
   */
  abstract measure(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Reading;

  /** Takes in a batch at once, on a backend that can be read without waiting. */
  update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): void {
    tidy(() => {
      const { tensors, take } = this.measure(yTrue, yPred, sampleWeight);
      take(tensors.map((tensor) => tensor.dataSync()));
    });
  }

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
