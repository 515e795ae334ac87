import { type Unary, unary } from "../rules/elementwise.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";
import { checkFinite } from "../rules/parameters.ts";
import { where } from "./where.ts";

/**
 * The rectified linear unit that leaks: `x` where `x > 0`, else `alpha x`, element by element.
 *
 * `dy/dx = 1` where `x > 0`, else `alpha`
 *
 * `alpha` is 0.2 by default, as the `negative_slope` of Keras's activation is (its layer has 0.3,
 * PyTorch 0.01).
 *
 * Throws `RangeError` if `alpha` is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leakyRelu } from "@neurite/tensor";
 *
 * assertEquals(leakyRelu([-4, 0, 2], 0.25).array(), [-1, 0, 2]);
 * ```
 */
export const leakyRelu: Unary<[alpha?: number]> = unary<[alpha: number]>({
  name: "leakyRelu",
  reference: (x, alpha) => x > 0 ? x : alpha * x,
  gradient: (dy, x, _y, [alpha]) => mul(dy, where(greater(x, 0), 1, alpha)),
  parameters: [0.2],
  otherParameters: [[0.01], [1.5]],
  check: (alpha) => checkFinite("leakyRelu", "alpha", alpha),
});
