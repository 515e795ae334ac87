/** Cost functions C and the error δ^L that they leave at the output layer. */
import {
  mul,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  square,
  sub,
  sum,
  type Tensor,
} from "@neurite/tensor";
import { derivative, type Output } from "./activations.ts";

/** The cost functions. */
export type Cost = "quadratic" | "cross-entropy";

/** The outputs that each cost can be used with. */
export const OUTPUTS: Readonly<Record<Cost, readonly Output[]>> = {
  "quadratic": ["sigmoid", "tanh", "relu"],
  "cross-entropy": ["softmax", "sigmoid"],
};

/** The cost `C` of a minibatch, summed over its examples: one a column of `y`, `z` and `a`. */
export function costOf(cost: Cost, output: Output, y: Tensor, z: Tensor, a: Tensor): Tensor {
  // C = 1/2 Σ_x ||y - a||^2
  if (cost === "quadratic") return mul(0.5, sum(square(sub(y, a))));
  // C = -Σ_x Σ_j y_j ln a_j; of z, so that no logarithm of 0 is taken
  if (output === "softmax") return sum(softmaxCrossEntropy(y, z, { axis: 0 }));
  // C = -Σ_x Σ_j (y_j ln a_j + (1 - y_j) ln(1 - a_j)); of z, for the same reason
  return sum(sigmoidCrossEntropy(y, z));
}

/** The first equation of backpropagation: `δ^L = ∂C/∂a^L ⊙ σ'(z^L)`. */
export function outputError(cost: Cost, output: Output, y: Tensor, z: Tensor, a: Tensor): Tensor {
  const difference = sub(a, y);
  // Cross-entropy: ∂C/∂a has σ'(z) in its denominator, and of the product a - y is left.
  if (cost === "cross-entropy" || output === "softmax") return difference;
  // Quadratic cost: ∂C/∂a = a - y.
  return mul(difference, derivative[output](z, a));
}
