import { add } from "./add.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";
import { where } from "./where.ts";

const SCALE = 1.0507009873554805, ALPHA = 1.6732632423543772;

/**
 * The scaled exponential linear unit: `s x` where `x > 0`, else `s a (e^x - 1)`, element by element,
 * with `s = 1.0507...` and `a = 1.6733...`, for which mean 0 and variance 1 pass through layers
 * unchanged. Klambauer, Unterthiner, Mayr and Hochreiter, 2017.
 *
 * `dy/dx = s` where `x > 0`, else `s a e^x = y + s a`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { selu } from "@neurite/tensor";
 *
 * const [a, b] = selu([-1, 1]).dataSync();
 * assertAlmostEquals(a, -1.1113307, 1e-6);
 * assertAlmostEquals(b, 1.050701, 1e-6);
 * ```
 */
export const selu: Unary = unary({
  name: "selu",
  reference: (x) => x > 0 ? SCALE * x : SCALE * ALPHA * Math.expm1(x),
  gradient: (dy, x, y) => mul(dy, where(greater(x, 0), SCALE, add(y, SCALE * ALPHA))),
});
