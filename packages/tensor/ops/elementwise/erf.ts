import { type Unary, unary } from "../rules/elementwise.ts";
import { erfOf } from "../rules/error_function.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { square } from "./square.ts";

/**
 * The error function `erf(x) = 2 / sqrt(pi)` times the integral of `e^-t^2` from 0 to `x`, element
 * by element.
 *
 * `dy/dx = 2 / sqrt(pi) e^-x^2`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { erf } from "@neurite/tensor";
 *
 * assertAlmostEquals(erf(1).item(), 0.8427008, 1e-6);
 * ```
 */
export const erf: Unary = unary({
  name: "erf",
  reference: erfOf,
  gradient: (dy, x) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
});
