import { type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/**
 * The hyperbolic tangent `tanh(x) = (e^x - e^-x) / (e^x + e^-x)`, element by element.
 *
 * `dy/dx = 1 - tanh(x)^2`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tanh } from "@neurite/tensor";
 *
 * assertAlmostEquals(tanh(1).item(), 0.7615941, 1e-6);
 * ```
 */
export const tanh: Unary = unary({
  name: "tanh",
  reference: Math.tanh,
  gradient: (dy, _x, y) => mul(dy, sub(1, square(y))),
  domain: [-4, 4],
});
