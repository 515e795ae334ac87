import type { Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { MeanSquaredError } from "../losses/mean_squared_error.ts";
import { LossMetric } from "./loss_metric.ts";
import { Metric, type MetricOptions, type Reading } from "./metric.ts";

const OPTIONS: Readonly<Record<keyof MetricOptions, true>> = { name: true };

/**
 * The root of the mean squared error over all batches, in the unit of the targets:
 * `sqrt((1/n) sum_i (y_i - t_i)^2)`. In `compile`: `"rootMeanSquaredError"`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RootMeanSquaredError } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new RootMeanSquaredError();
 * metric.update(tensor([[0], [0]]), tensor([[1], [7]]));
 * assertEquals(metric.result(), 5);
 * ```
 */
export class RootMeanSquaredError extends Metric {
  /** The name in the logs. */
  readonly name: string;
  readonly #squared: LossMetric = new LossMetric(new MeanSquaredError());

  /** Takes a name for the logs. */
  constructor(options: MetricOptions = {}) {
    super();
    checkOptions("make a RootMeanSquaredError", options, OPTIONS);
    const { name = "rootMeanSquaredError" } = options;
    this.name = name;
  }

  /** Resets the sums. */
  override reset(): void {
    this.#squared.reset();
  }

  /** Measures a batch. */
  override measure(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Reading {
    return this.#squared.measure(yTrue, yPred, sampleWeight);
  }

  /** The sums of the mean squared error. */
  override get sums(): readonly number[] {
    return this.#squared.sums;
  }
  override set sums(sums: readonly number[]) {
    this.#squared.sums = sums;
  }

  /** The root of the mean over all batches since the last `reset`. */
  override result(): number {
    return Math.sqrt(this.#squared.result());
  }
}
