/**
 * The multilayer perceptron, trained by backpropagation written out.
 *
 * @example
 * ```ts
 * import { MultilayerPerceptron } from "@neurite/mlp-backprop";
 * import { normal, oneHot } from "@neurite/tensor";
 *
 * const X = normal([200, 3]), y = oneHot(Array.from({ length: 200 }, (_, i) => i % 2), 2);
 * const mlp = new MultilayerPerceptron([3, 16, 2], { cost: "cross-entropy", seed: 7 });
 * const history = await mlp.fit(X, y, { epochs: 2, batchSize: 20 });
 * console.log(history.cost);
 * ```
 *
 * @module
 */
export { type Activation, type Output } from "./activations.ts";
export { type Cost } from "./costs.ts";
export {
  type EpochProgress,
  type FitOptions,
  type History,
  type StepProgress,
  type Validation,
} from "./fit.ts";
export {
  type Backprop,
  MultilayerPerceptron,
  type NetworkOptions,
} from "./multilayer_perceptron.ts";
