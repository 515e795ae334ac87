/** Metrics that are a mean over examples. */
import { ShapeError, type Tensor } from "@neurite/tensor";
import { Metric, type Reading } from "./metric.ts";

/**
 * The base of metrics that are the mean of a value of each example: `sum_i v_i / n`, and with weights
 * `sum_i w_i v_i / sum_i w_i`, over all batches. Before the first batch it is 0, as in Keras.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BinaryAccuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new BinaryAccuracy(); // which is a MeanMetric
 * metric.update(tensor([[1], [0]]), tensor([[0.9], [0.8]]), tensor([3, 1]));
 * assertEquals(metric.result(), 0.75);
 * metric.update(tensor([[1], [0]]), tensor([[0.9], [0.1]]), tensor([2, 2]));
 * assertEquals(metric.result(), 7 / 8);
 * ```
 */
export abstract class MeanMetric extends Metric {
  #total = 0;
  #weight = 0;

  /**
   * The values of a batch: one for each example, or several, equally many for each, whose mean
   * counts; or one number, which counts once for the batch.
   */
  protected abstract values(yTrue: Tensor, yPred: Tensor): Tensor;

  /** Resets the sums. */
  override reset(): void {
    this.#total = 0;
    this.#weight = 0;
  }

  /** The values of a batch, and its weights. Throws `ShapeError` unless each example has one. */
  override measure(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Reading {
    const values = this.values(yTrue, yPred), batch = values.rank === 0 ? 1 : yPred.shape[0];
    if (sampleWeight !== undefined) {
      const { shape, size } = sampleWeight, fits = size === batch && shape[0] === batch;
      const rule = values.rank === 0
        ? "what is one number for the batch cannot be weighted"
        : "there must be a weight for every example";
      if (!fits || values.rank === 0) {
        throw new ShapeError(`update ${this.name}`, rule, [shape, yPred.shape]);
      }
    }
    return {
      tensors: sampleWeight === undefined ? [values] : [values, sampleWeight],
      take: ([values, weights]) => this.#take(values, weights, batch),
    };
  }

  #take(values: ArrayLike<number>, weights: ArrayLike<number> | undefined, batch: number): void {
    const each = values.length / batch;
    for (let i = 0; i < batch; i++) {
      let sum = 0;
      for (let j = i * each; j < (i + 1) * each; j++) sum += values[j];
      const w = weights?.[i] ?? 1;
      this.#total += w * sum / each;
      this.#weight += w;
    }
  }

  /** The sum of the weighted values, and that of the weights. */
  override get sums(): readonly number[] {
    return [this.#total, this.#weight];
  }
  override set sums([total, weight]: readonly number[]) {
    this.#total = total;
    this.#weight = weight;
  }

  /** The mean over all batches since the last `reset`. */
  override result(): number {
    return this.#weight === 0 ? 0 : this.#total / this.#weight;
  }
}
