import { cosh } from "./cosh.ts";
import { mul } from "./mul.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The hyperbolic sine `sinh(x) = (e^x - e^-x) / 2`, element by element, to the last digits near 0 too.
 *
 * `dy/dx = cosh(x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { sinh } from "@neurite/tensor";
 *
 * assertAlmostEquals(sinh(1).item(), 1.1752012, 1e-6);
 * ```
 */
export const sinh: Unary = unary({
  name: "sinh",
  reference: Math.sinh,
  gradient: (dy, x) => mul(dy, cosh(x)),
});
