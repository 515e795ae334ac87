import { type ArgExtreme, argExtreme, type ArgOptions } from "../rules/extreme.ts";

export type { ArgExtreme, ArgOptions };

/**
 * The position of the largest element along an axis, as int32; along the last one by default. Of
 * several equal ones it is the first. NaN counts as larger than any number, as in NumPy.
 *
 * The class that a network predicts is `argmax(logits)`. There is no gradient. An axis without
 * elements is refused with a `ShapeError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { argmax } from "@neurite/tensor";
 *
 * const logits = [[0.1, 2, -1], [3, 0, 3]];
 * assertEquals(argmax(logits).array(), [1, 0]);
 * assertEquals(argmax(logits, { axis: 0 }).array(), [1, 0, 1]);
 * ```
 */
export const argmax: ArgExtreme = argExtreme("argmax", (a, b) => a > b);
