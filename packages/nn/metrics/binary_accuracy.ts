import { equal, greater, reshape, type Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { perExample } from "../losses/targets.ts";
import { checkDense } from "./matches.ts";
import { MeanMetric } from "./mean_metric.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of {@linkcode BinaryAccuracy}. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Predictions above it count as 1, others as 0; 0.5 by default, 0 is right for logits. */
  threshold?: number;
}

const OPTIONS: Readonly<Record<keyof BinaryAccuracyOptions, true>> = {
  name: true,
  threshold: true,
};

/**
 * The share of numbers that are on the right side of a threshold, for targets of 0 and 1. In
 * `compile`: `"binaryAccuracy"`; `"accuracy"` chooses it for a single output.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BinaryAccuracy } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const metric = new BinaryAccuracy();
 * metric.update(tensor([[1], [1], [0], [0]]), tensor([[0.98], [1], [0], [0.6]]));
 * assertEquals(metric.result(), 0.75);
 * ```
 */
export class BinaryAccuracy extends MeanMetric {
  /** The name in the logs. */
  readonly name: string;
  /** Predictions above it count as 1. */
  readonly threshold: number;

  /** Takes the options. */
  constructor(options: BinaryAccuracyOptions = {}) {
    super();
    checkOptions("make a BinaryAccuracy", options, OPTIONS);
    const { name = "binaryAccuracy", threshold = 0.5 } = options;
    if (!Number.isFinite(threshold)) {
      throw new RangeError(
        `Cannot make ${name} as the threshold must be a number: current ${threshold}`,
      );
    }
    this.name = name;
    this.threshold = threshold;
  }

  /** The share of each example's numbers that are right. */
  protected override values(yTrue: Tensor, yPred: Tensor): Tensor {
    checkDense(this.name, yTrue, yPred);
    const right = equal(reshape(yTrue, yPred.shape), greater(yPred, this.threshold));
    return perExample(right);
  }
}
