/**
 * The perceptron, the first neural network: one neuron that learns from its mistakes.
 *
 * @example
 * ```ts
 * import { Perceptron } from "@neurite/perceptron";
 * import { assertEquals } from "@std/assert";
 *
 * const or = new Perceptron(2);
 * const { mistakes } = or.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]);
 * assertEquals(mistakes, [2, 2, 1, 0]);
 * assertEquals(or.weights, [-1, 1, 1]); // the bias first: x_1 + x_2 - 1 >= 0
 * ```
 *
 * @module
 */
export { Perceptron, type PerceptronFit, type PerceptronOptions } from "./perceptron.ts";
