/** What losses that take probabilities have in common. */
import { clip, div, sum, type Tensor } from "@neurite/tensor";

/** How near to 0 and 1 a probability may come before its logarithm is taken: Keras's epsilon. */
export const EPSILON = 1e-7;

/** Probabilities kept off 0 and 1. */
export function clipProbabilities(p: Tensor): Tensor {
  return clip(p, EPSILON, 1 - EPSILON);
}

/** Rows along the last axis, divided by their sums. */
export function normalizeRows(p: Tensor): Tensor {
  return div(p, sum(p, { axis: -1, keepDims: true }));
}

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /**
   * Whether the predictions are logits, the pre-activations of softmax or sigmoid, rather than
   * probabilities. `false` by default.
   */
  fromLogits?: boolean;
}

/** Options of the cross-entropies whose targets are probabilities. */
export interface SmoothedCrossentropyOptions extends CrossentropyOptions {
  /** How much of the targets is spread evenly over all classes, from 0 to 1; 0 by default. */
  labelSmoothing?: number;
}

/** Checks an amount of label smoothing. */
export function checkSmoothing(loss: string, amount: number): number {
  if (amount >= 0 && amount <= 1) return amount;
  throw new RangeError(
    `Cannot make ${loss} as labelSmoothing must be from 0 to 1: current ${amount}`,
  );
}
