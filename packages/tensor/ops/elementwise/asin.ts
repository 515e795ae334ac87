import { add } from "./add.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The arc sine, element by element: the angle from -π/2 to π/2 whose sine is `x`. NaN beyond -1 and 1.
 *
 * `dy/dx = 1 / sqrt((1 - x) (1 + x))`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { asin } from "@neurite/tensor";
 *
 * assertAlmostEquals(asin(0.5).item(), Math.PI / 6, 1e-6);
 * ```
 */
export const asin: Unary = unary({
  name: "asin",
  reference: Math.asin,
  gradient: (dy, x) => div(dy, sqrt(mul(sub(1, x), add(1, x)))),
  domain: [-0.9, 0.9],
});
