import { mul } from "./mul.ts";
import { sinh } from "./sinh.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The hyperbolic cosine `cosh(x) = (e^x + e^-x) / 2`, element by element.
 *
 * `dy/dx = sinh(x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cosh } from "@neurite/tensor";
 *
 * assertAlmostEquals(cosh(1).item(), 1.5430806, 1e-6);
 * ```
 */
export const cosh: Unary = unary({
  name: "cosh",
  reference: Math.cosh,
  gradient: (dy, x) => mul(dy, sinh(x)),
});
