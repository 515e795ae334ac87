import { add } from "./add.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The inverse of the hyperbolic cosine, `acosh(x) = log(x + sqrt(x^2 - 1))`, element by element. NaN
 * below 1.
 *
 * `dy/dx = 1 / sqrt((x - 1) (x + 1))`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { acosh } from "@neurite/tensor";
 *
 * assertAlmostEquals(acosh(2).item(), 1.3169579, 1e-6);
 * ```
 */
export const acosh: Unary = unary({
  name: "acosh",
  reference: Math.acosh,
  gradient: (dy, x) => div(dy, sqrt(mul(sub(x, 1), add(x, 1)))),
  domain: [1.1, 4],
});
