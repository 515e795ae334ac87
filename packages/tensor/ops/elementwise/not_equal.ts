import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * 1 where `a != b`, else 0, element by element, broadcast; NaN differs from everything. The result is float32, and a
 * constant to gradients. int32 operands are compared exactly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notEqual } from "@neurite/tensor";
 *
 * assertEquals(notEqual([1, 2, 3], 2).array(), [1, 0, 1]);
 * ```
 */
export const notEqual: Binary = binary({
  name: "notEqual",
  reference: (a, b) => a !== b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
