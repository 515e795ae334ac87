import { add } from "./add.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The arc cosine, element by element: the angle from 0 to π whose cosine is `x`. NaN beyond -1 and 1.
 *
 * `dy/dx = -1 / sqrt((1 - x) (1 + x))`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { acos } from "@neurite/tensor";
 *
 * assertAlmostEquals(acos(0.5).item(), Math.PI / 3, 1e-6);
 * ```
 */
export const acos: Unary = unary({
  name: "acos",
  reference: Math.acos,
  gradient: (dy, x) => neg(div(dy, sqrt(mul(sub(1, x), add(1, x))))),
  domain: [-0.9, 0.9],
});
