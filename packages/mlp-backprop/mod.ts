/**
 * The multilayer perceptron, trained by backpropagation written out: forward, the four equations,
 * and minibatch stochastic gradient descent.
 *
 * @example
 * ```ts
 * import { MultilayerPerceptron } from "@neurite/mlp-backprop";
 * import { Rng } from "@neurite/tensor";
 * import { assert } from "@std/assert";
 *
 * // Points of a plane, and on which side of a line they lie.
 * const rng = new Rng(1);
 * const X = Array.from({ length: 200 }, () => [rng.normal(), rng.normal()]);
 * const y = X.map(([x1, x2]) => x1 > x2 ? [0, 1] : [1, 0]);
 *
 * const mlp = new MultilayerPerceptron([2, 8, 2], { cost: "cross-entropy", seed: 7 });
 * const history = await mlp.fit(X, y, { epochs: 20, batchSize: 20, learningRate: 1 });
 * assert(history.validationAccuracy.at(-1)! >= 0.9);
 * ```
 *
 * @module
 */
export type { Activation, Output } from "./activations.ts";
export type { Cost } from "./costs.ts";
export type { EpochProgress, FitOptions, History, StepProgress, Validation } from "./fit.ts";
export {
  type Backprop,
  MultilayerPerceptron,
  type NetworkOptions,
} from "./multilayer_perceptron.ts";
