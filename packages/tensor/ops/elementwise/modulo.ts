import { div } from "./div.ts";
import { type Binary, binary } from "../rules/elementwise.ts";
import { floor } from "./floor.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/** The exact remainder, with the sign of `b`. */
function remainder(a: number, b: number): number {
  const r = a % b;
  if (r === 0) return b < 0 || Object.is(b, -0) ? -0 : 0;
  return (r < 0) !== (b < 0) ? r + b : r;
}

/**
 * The remainder `a - b floor(a / b)` of corresponding elements, with the sign of `b`, as `%` of Python,
 * `mod` of NumPy and `remainder` of PyTorch have it (that of JavaScript has the sign of `a`). It is
 * exact, however large `a / b` is. By 0 it is NaN, by an int32 of 0 it is 0.
 *
 * `dy/da = 1`, `dy/db = -floor(a / b)`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mod } from "@neurite/tensor";
 *
 * assertEquals(mod([7, -7, 7.5], [3, 3, -2]).array(), [1, 2, -0.5]);
 * ```
 */
export const mod: Binary = binary({
  name: "mod",
  reference: remainder,
  gradients: [(dy) => dy, (dy, a, b) => neg(mul(dy, floor(div(a, b))))],
  ofIntegers: "int32",
  domains: [[-5, -3.5], [2, 3]],
});
