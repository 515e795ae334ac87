import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The step function of the perceptron, element by element: 1 where `x >= 0`, else 0; NaN stays
 * NaN, as in NumPy's `heaviside`. It is a constant to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { step } from "@neurite/tensor";
 *
 * assertEquals(step([-1, 0, 2]).array(), [0, 1, 1]);
 * ```
 */
export const step: Unary = unary({
  name: "step",
  reference: (x) => x >= 0 ? 1 : x < 0 ? 0 : NaN,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
});
