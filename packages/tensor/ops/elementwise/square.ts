import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";

/**
 * The square `x^2`, element by element.
 *
 * `dy/dx = 2 x`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { square } from "@neurite/tensor";
 *
 * assertEquals(square([-1, 2, 3]).array(), [1, 4, 9]);
 * ```
 */
export const square: Unary = unary({
  name: "square",
  reference: (x) => x * x,
  gradient: (dy, x) => mul(dy, mul(2, x)),
  ofIntegers: "int32",
  integerReference: (x) => Math.imul(x, x),
});
