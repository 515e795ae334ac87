import { type Extreme, extreme } from "../rules/extreme.ts";

export type { Extreme };

/**
 * The largest element over axes; over all of them by default. The larger of the corresponding
 * elements of two tensors is `maximum`.
 *
 * `dy/dx_i = 1 / k` where `x_i` is one of the `k` largest elements, and 0 elsewhere: ties share the
 * gradient equally, as in PyTorch's `amax` and in JAX.
 *
 * NaN, if there is one, is the result. Axes without elements are refused with a `ShapeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, max, sum, tensor } from "@neurite/tensor";
 *
 * const x = tensor([[1, 5, 2], [7, 3, 7]]);
 * assertEquals(max(x).item(), 7);
 * assertEquals(max(x, { axis: 1 }).array(), [5, 7]);
 * assertEquals(grad((x) => sum(max(x, { axis: 1 })))(x).array(), [[0, 1, 0], [0.5, 0, 0.5]]);
 * ```
 */
export const max: Extreme = extreme("max", Math.max, {
  float32: -Infinity,
  int32: -(2 ** 31),
});
