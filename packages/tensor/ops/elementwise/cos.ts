import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sin } from "./sin.ts";

/**
 * The cosine of an angle in radians, element by element, exact to the last digits for large angles
 * too.
 *
 * `dy/dx = -sin(x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cos } from "@neurite/tensor";
 *
 * assertAlmostEquals(cos(Math.PI / 3).item(), 0.5, 1e-6);
 * ```
 */
export const cos: Unary = unary({
  name: "cos",
  reference: Math.cos,
  gradient: (dy, x) => neg(mul(dy, sin(x))),
});
