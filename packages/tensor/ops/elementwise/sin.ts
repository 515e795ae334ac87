import { cos } from "./cos.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";

/**
 * The sine of an angle in radians, element by element, exact to the last digits for large angles
 * too.
 *
 * `dy/dx = cos(x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { sin } from "@neurite/tensor";
 *
 * assertAlmostEquals(sin(Math.PI / 6).item(), 0.5, 1e-6);
 * ```
 */
export const sin: Unary = unary({
  name: "sin",
  reference: Math.sin,
  gradient: (dy, x) => mul(dy, cos(x)),
});
