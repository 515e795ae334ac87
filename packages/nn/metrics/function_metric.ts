import type { Tensor } from "@neurite/tensor";
import { applyFunction, type LossFunction, nameOf } from "../losses/function_loss.ts";
import { likePredictions } from "../losses/targets.ts";
import { MeanMetric } from "./mean_metric.ts";

/**
 * A function of targets and predictions as a metric: the mean over examples of what it gives for
 * each, or over batches, where it gives one number for a batch, as in Keras.
 */
export class FunctionMetric extends MeanMetric {
  /** The name of the function. */
  readonly name: string;
  readonly #f: LossFunction;

  /** Takes the function. */
  constructor(f: LossFunction) {
    super();
    this.name = nameOf(f);
    this.#f = f;
  }

  /** What the function gives. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return applyFunction(this.#f, likePredictions(yTrue, yPred), yPred);
  }
}
