/**
 * The smallest program: import, learn AND, exit. For timing a whole process against an empty one:
 *
 * `deno run bench/and_gate.ts`
 */
import { Perceptron } from "@neurite/perceptron";

const and = new Perceptron(2);
and.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]);
console.log(and.weights);
