import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * 1 where `a = b`, else 0, element by element, broadcast; NaN equals nothing. The result is float32, and a
 * constant to gradients. int32 operands are compared exactly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { equal } from "@neurite/tensor";
 *
 * assertEquals(equal([1, 2, 3], 2).array(), [0, 1, 0]);
 * ```
 */
export const equal: Binary = binary({
  name: "equal",
  reference: (a, b) => a === b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
