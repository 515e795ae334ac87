import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * 1 where `a > b`, else 0, element by element, broadcast; NaN is not greater than anything. The result is float32, and a
 * constant to gradients. int32 operands are compared exactly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { greater } from "@neurite/tensor";
 *
 * assertEquals(greater([1, 2, 3], 2).array(), [0, 0, 1]);
 * ```
 */
export const greater: Binary = binary({
  name: "greater",
  reference: (a, b) => a > b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
