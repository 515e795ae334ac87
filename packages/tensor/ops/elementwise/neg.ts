import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The negative `-x`, element by element.
 *
 * `dy/dx = -1`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { neg } from "@neurite/tensor";
 *
 * assertEquals(neg([1, -2]).array(), [-1, 2]);
 * ```
 */
export const neg: Unary = unary({
  name: "neg",
  reference: (x) => -x,
  gradient: (dy) => neg(dy),
  ofIntegers: "int32",
});
