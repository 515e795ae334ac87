import { type ArgExtreme, argExtreme } from "../rules/extreme.ts";

/**
 * The position of the smallest element along an axis, as int32; along the last one by default. Of
 * several equal ones it is the first. The first NaN, if there is one, wins, as in NumPy.
 *
 * There is no gradient. An axis without elements is refused with a `ShapeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { argmin } from "@neurite/tensor";
 *
 * const distances = [[4, 1, 3], [0.5, 2, 0.5]];
 * assertEquals(argmin(distances).array(), [1, 0]);
 * assertEquals(argmin(distances, { axis: 0, keepDims: true }).array(), [[1, 0, 1]]);
 * ```
 */
export const argmin: ArgExtreme = argExtreme("argmin", (a, b) => a < b);
