import type { Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { checkSparse, matches } from "./matches.ts";
import { MeanMetric } from "./mean_metric.ts";
import type { MetricOptions } from "./metric.ts";

const OPTIONS: Readonly<Record<keyof MetricOptions, true>> = { name: true };

/**
 * The share of rows in which the largest prediction stands at the class number that is the target; a
 * row with NaN is wrong. In
 * `compile`: `"sparseCategoricalAccuracy"`; `"accuracy"` chooses it for class numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SparseCategoricalAccuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new SparseCategoricalAccuracy();
 * metric.update(tensor([1, 0]), tensor([[0.3, 0.7], [0.4, 0.6]]));
 * assertEquals(metric.result(), 0.5);
 * ```
 */
export class SparseCategoricalAccuracy extends MeanMetric {
  /** The name in the logs. */
  readonly name: string;

  /** Takes a name for the logs. */
  constructor(options: MetricOptions = {}) {
    super();
    checkOptions("make a SparseCategoricalAccuracy", options, OPTIONS);
    const { name = "sparseCategoricalAccuracy" } = options;
    this.name = name;
  }

  /** 1 for each row that is right. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    checkSparse(this.name, yTrue, yPred);
    return matches(yTrue, yPred);
  }
}
