import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The largest integer that is not above `x`, element by element. int32 stays as it is. It is a constant
 * to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { floor } from "@neurite/tensor";
 *
 * assertEquals(floor([-1.5, -0.2, 2.7]).array(), [-2, -1, 2]);
 * ```
 */
export const floor: Unary = unary({
  name: "floor",
  reference: Math.floor,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "int32",
});
