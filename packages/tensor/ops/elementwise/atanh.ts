import { add } from "./add.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The inverse of the hyperbolic tangent, `atanh(x) = log((1 + x) / (1 - x)) / 2`, element by element:
 * infinite at -1 and 1, NaN beyond.
 *
 * `dy/dx = 1 / ((1 - x) (1 + x))`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { atanh } from "@neurite/tensor";
 *
 * assertAlmostEquals(atanh(0.5).item(), 0.5493061, 1e-6);
 * ```
 */
export const atanh: Unary = unary({
  name: "atanh",
  reference: Math.atanh,
  gradient: (dy, x) => div(dy, mul(sub(1, x), add(1, x))),
  domain: [-0.9, 0.9],
});
