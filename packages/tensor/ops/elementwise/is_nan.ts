import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given, integers } from "../../op.ts";
import { notEqual } from "./not_equal.ts";

/**
 * 1 where a number is NaN, else 0, element by element. It is a constant to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isNaN } from "@neurite/tensor";
 *
 * assertEquals(isNaN([1, NaN, Infinity]).array(), [0, 1, 0]);
 * ```
 */
export const isNaN: Composite<[x: TensorLike]> = composite(
  (x: TensorLike) => notEqual(x, x),
  [
    { name: "some", inputs: [given([4], [1, NaN, Infinity, 0])], call: (x) => isNaN(x) },
    { name: "many", inputs: [floats([33], -1, 1)], call: (x) => isNaN(x) },
    { name: "int32", inputs: [integers([5], -9, 9)], call: (x) => isNaN(x) },
  ],
);
