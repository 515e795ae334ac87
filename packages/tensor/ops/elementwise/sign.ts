import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The sign, element by element: -1, 0 or 1, and NaN for NaN. int32 stays int32. It is a constant to
 * gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sign } from "@neurite/tensor";
 *
 * assertEquals(sign([-3, 0, 0.5]).array(), [-1, 0, 1]);
 * ```
 */
export const sign: Unary = unary({
  name: "sign",
  reference: Math.sign,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "int32",
});
