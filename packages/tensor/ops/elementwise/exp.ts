import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";

/**
 * The exponential function `e^x`, element by element.
 *
 * `dy/dx = e^x`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { exp } from "@neurite/tensor";
 *
 * assertAlmostEquals(exp(1).item(), Math.E, 1e-6);
 * ```
 */
export const exp: Unary = unary({
  name: "exp",
  reference: Math.exp,
  gradient: (dy, _x, y) => mul(dy, y),
});
