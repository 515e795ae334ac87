import { argmax, type Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { checkRows } from "./matches.ts";
import { MeanMetric } from "./mean_metric.ts";
import { checkK, inTopK, type TopKOptions } from "./top_k.ts";

const OPTIONS: Readonly<Record<keyof TopKOptions, true>> = { name: true, k: true };

/**
 * The share of rows in which the class of the target is among the `k` largest predictions, for
 * one-hot targets; `k` is 5 by default. A class that ties with the last of them counts as among them,
 * as in Keras. In `compile`: `"topKCategoricalAccuracy"`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TopKCategoricalAccuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new TopKCategoricalAccuracy({ k: 2 });
 * metric.update(tensor([[0, 0, 1], [0, 1, 0]]), tensor([[0.1, 0.6, 0.3], [0.5, 0.1, 0.4]]));
 * assertEquals(metric.result(), 0.5);
 * ```
 */
export class TopKCategoricalAccuracy extends MeanMetric {
  /** The name in the logs. */
  readonly name: string;
  /** How many predictions are looked at. */
  readonly k: number;

  /** Takes the options. Throws `RangeError` unless `k` is an integer of at least 1. */
  constructor(options: TopKOptions = {}) {
    super();
    checkOptions("make a TopKCategoricalAccuracy", options, OPTIONS);
    const { name = "topKCategoricalAccuracy", k = 5 } = options;
    this.name = name;
    this.k = checkK(name, k);
  }

  /** 1 for each row that is right. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    checkRows(this.name, yTrue, yPred);
    return inTopK(argmax(yTrue), yPred, this.k);
  }
}
