import type { Tensor } from "@neurite/tensor";
import type { Loss } from "../losses/loss.ts";
import { MeanMetric } from "./mean_metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * A loss that is read instead of minimised: its mean over the examples, with weights divided by their
 * sum. In `compile({ metrics })` a loss, or the name of one, becomes this: `"mse"`, `"mae"`,
 * `new Huber({ delta: 2 })`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LossMetric, MeanAbsoluteError } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new LossMetric(new MeanAbsoluteError());
 * metric.update(tensor([[1], [2]]), tensor([[3], [2]]));
 * metric.update(tensor([[0]]), tensor([[-4]]));
 * assertEquals(metric.result(), 2);
 * ```
 */
export class LossMetric extends MeanMetric {
  /** The name in the logs: that of the loss, unless another was given. */
  readonly name: string;
  /** The loss. */
  readonly loss: Loss;

  /** Makes a metric of a loss. */
  constructor(loss: Loss, { name = loss.name }: MetricOptions = {}) {
    super();
    this.loss = loss;
    this.name = name;
  }

  /** The loss of each example. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.loss.call(this.loss.prepare(yTrue, yPred), yPred);
  }
}
