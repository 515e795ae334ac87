/**
 * The perceptron, the first neural network: one neuron that learns from its mistakes.
 *
 * @example
 * ```ts
 * import { Perceptron } from "@neurite/perceptron";
 *
 * const or = new Perceptron(2);
 * or.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]);
 * console.log(or.weights); // [bias, w_1, w_2]
 * ```
 *
 * @module
 */
export { Perceptron, type PerceptronFit, type PerceptronOptions } from "./perceptron.ts";
