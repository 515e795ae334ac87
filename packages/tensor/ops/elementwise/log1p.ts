import { add } from "./add.ts";
import { div } from "./div.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * `log(1 + x)`, element by element, with all its digits where `x` is small: minus infinity at -1,
 * NaN below.
 *
 * `dy/dx = 1 / (1 + x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { log1p } from "@neurite/tensor";
 *
 * assertAlmostEquals(log1p(1e-10).item() * 1e10, 1, 1e-6);
 * ```
 */
export const log1p: Unary = unary({
  name: "log1p",
  reference: Math.log1p,
  gradient: (dy, x) => div(dy, add(x, 1)),
  domain: [-0.8, 4],
});
