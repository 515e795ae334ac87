import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

/**
 * The absolute value `|x|`, element by element; int32 stays int32.
 *
 * `dy/dx = sign(x)`, 0 at 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { abs } from "@neurite/tensor";
 *
 * assertEquals(abs([-2, 0, 3]).array(), [2, 0, 3]);
 * ```
 */
export const abs: Unary = unary({
  name: "abs",
  reference: Math.abs,
  gradient: (dy, x) => mul(dy, sign(x)),
  ofIntegers: "int32",
});
