import { type Extreme, extreme } from "../rules/extreme.ts";

/**
 * The smallest element over axes; over all of them by default. The smaller of the corresponding
 * elements of two tensors is `minimum`.
 *
 * `dy/dx_i = 1 / k` where `x_i` is one of the `k` smallest elements, and 0 elsewhere: ties share the
 * gradient equally, as in PyTorch's `amin` and in JAX.
 *
 * NaN, if there is one, is the result. Axes without elements are refused with a `ShapeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { min } from "@neurite/tensor";
 *
 * assertEquals(min([[4, 1], [2, 3]]).item(), 1);
 * assertEquals(min([[4, 1], [2, 3]], { axis: 0 }).array(), [2, 1]);
 * ```
 */
export const min: Extreme = extreme("min", Math.min, {
  float32: Infinity,
  int32: 2 ** 31 - 1,
});
