import { type Binary, binary } from "../rules/elementwise.ts";
import { equal } from "./equal.ts";
import { less } from "./less.ts";
import { mul } from "./mul.ts";
import { where } from "./where.ts";

/**
 * The smaller of `a` and `b`, element by element, broadcast; NaN if either is NaN. int32 stays int32.
 *
 * `dy/da = 1` where `a < b`, else 0, and the other way round for `b`; where they are equal each has
 * half of the gradient, as in PyTorch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { minimum } from "@neurite/tensor";
 *
 * assertEquals(minimum([1, 5, 4], [3, 2, 4]).array(), [1, 2, 4]);
 * ```
 */
export const minimum: Binary = binary({
  name: "minimum",
  reference: Math.min,
  gradients: [
    (dy, a, b) => mul(dy, where(equal(a, b), 0.5, less(a, b))),
    (dy, a, b) => mul(dy, where(equal(a, b), 0.5, less(b, a))),
  ],
  ofIntegers: "int32",
});
