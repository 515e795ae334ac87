import { div } from "./div.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The natural logarithm, element by element: minus infinity at 0, NaN below.
 *
 * `dy/dx = 1 / x`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { log } from "@neurite/tensor";
 *
 * assertAlmostEquals(log(10).item(), 2.302585, 1e-6);
 * ```
 */
export const log: Unary = unary({
  name: "log",
  reference: Math.log,
  gradient: (dy, x) => div(dy, x),
  domain: [0.1, 4],
});
