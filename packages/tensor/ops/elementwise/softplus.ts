import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";

/**
 * The smooth rectifier `log(1 + e^x)`, element by element, for any `x` without overflow.
 *
 * `dy/dx = sigmoid(x)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { softplus } from "@neurite/tensor";
 *
 * assertAlmostEquals(softplus(0).item(), Math.log(2), 1e-6);
 * assertAlmostEquals(softplus(1000).item(), 1000);
 * ```
 */
export const softplus: Unary = unary({
  name: "softplus",
  reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (dy, x) => mul(dy, sigmoid(x)),
  domain: [-4, 4],
});
