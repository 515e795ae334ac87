import { argmax, type Tensor } from "@neurite/tensor";
import { checkRows, matches } from "./matches.ts";
import { MeanMetric } from "./mean_metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * The share of rows in which the largest prediction stands where the largest target does, for one-hot
 * targets; a row with NaN is wrong. In `compile`: `"categoricalAccuracy"`; `"accuracy"` chooses it for such targets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CategoricalAccuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new CategoricalAccuracy();
 * metric.update(tensor([[0, 1], [1, 0]]), tensor([[0.3, 0.7], [0.4, 0.6]]));
 * assertEquals(metric.result(), 0.5);
 * ```
 */
export class CategoricalAccuracy extends MeanMetric {
  /** The name in the logs. */
  readonly name: string;

  /** Takes a name for the logs. */
  constructor({ name = "categoricalAccuracy" }: MetricOptions = {}) {
    super();
    this.name = name;
  }

  /** 1 for each row that is right. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    checkRows(this.name, yTrue, yPred);
    return matches(argmax(yTrue), yPred);
  }
}
