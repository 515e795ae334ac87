import { add } from "./add.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";
import { checkFinite } from "../rules/parameters.ts";
import { where } from "./where.ts";

/**
 * The exponential linear unit: `x` where `x > 0`, else `alpha (e^x - 1)`, element by element.
 *
 * `dy/dx = 1` where `x > 0`, else `alpha e^x = y + alpha`
 *
 * `alpha` is 1 by default, as in Keras and PyTorch. Clevert, Unterthiner and Hochreiter, 2016.
 *
 * Throws `RangeError` if `alpha` is not finite.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { elu } from "@neurite/tensor";
 *
 * const [a, b] = elu([-1, 2]).dataSync();
 * assertAlmostEquals(a, 1 / Math.E - 1, 1e-6);
 * assertAlmostEquals(b, 2);
 * ```
 */
export const elu: Unary<[alpha?: number]> = unary<[alpha: number]>({
  name: "elu",
  reference: (x, alpha) => x > 0 ? x : alpha * Math.expm1(x),
  gradient: (dy, x, y, [alpha]) => mul(dy, where(greater(x, 0), 1, add(y, alpha))),
  parameters: [1],
  otherParameters: [[0.5]],
  check: (alpha) => checkFinite("elu", "alpha", alpha),
});
