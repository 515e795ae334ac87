import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * 1 where `a < b`, else 0, element by element, broadcast; NaN is not less than anything. The result is float32, and a
 * constant to gradients. int32 operands are compared exactly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { less } from "@neurite/tensor";
 *
 * assertEquals(less([1, 2, 3], 2).array(), [1, 0, 0]);
 * ```
 */
export const less: Binary = binary({
  name: "less",
  reference: (a, b) => a < b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
