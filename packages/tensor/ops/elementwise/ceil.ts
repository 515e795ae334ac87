import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The smallest integer that is not below `x`, element by element. int32 stays as it is. It is a constant
 * to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ceil } from "@neurite/tensor";
 *
 * assertEquals(ceil([-1.5, 0.2, 2.7]).array(), [-1, 1, 3]);
 * ```
 */
export const ceil: Unary = unary({
  name: "ceil",
  reference: Math.ceil,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "int32",
});
