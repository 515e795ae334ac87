import { type Binary, binary } from "../rules/elementwise.ts";
import { equal } from "./equal.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { where } from "./where.ts";

/** As IEEE 754 has it; JavaScript differs where the base is 1 or -1. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

/**
 * The power `a^b`, element by element, broadcast.
 *
 * `dy/da = b a^(b - 1)`, 0 where `b` is 0; `dy/db = a^b log a`, 0 where `a` is 0
 *
 * Special values are NumPy's: a negative `a` with a whole `b` works, with another `b` it is NaN;
 * `a^0` and `1^b` are 1 even for NaN; `0^b` of a negative `b` is infinite. The gradient with respect
 * to `b` means something only where `a` is positive: for a negative `a` it is NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pow } from "@neurite/tensor";
 *
 * assertEquals(pow([1, -2, 3], 2).array(), [1, 4, 9]);
 * assertEquals(pow(2, [-1, 0, 10]).array(), [0.5, 1, 1024]);
 * ```
 */
export const pow: Binary = binary({
  name: "pow",
  reference: power,
  gradients: [
    (dy, a, b) => mul(dy, where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))))),
    (dy, a, _b, y) => mul(dy, where(equal(a, 0), 0, mul(y, log(a)))),
  ],
  domains: [[0.2, 3], [-2, 2]],
});
