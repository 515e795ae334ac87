import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given, integers } from "../../op.ts";
import { equal } from "./equal.ts";

/**
 * 1 where an element is false, else 0. What is not 0 counts as true, NaN too, as in
 * NumPy and PyTorch. It is a constant to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { not } from "@neurite/tensor";
 *
 * assertEquals(not([1, 0, NaN]).array(), [0, 1, 0]);
 * ```
 */
export const not: Composite<[x: TensorLike]> = composite(
  (x: TensorLike) => equal(x, 0),
  [
    { name: "of all kinds", inputs: [given([4], [0, 2, NaN, -0])], call: (x) => not(x) },
    { name: "many", inputs: [floats([33], -1, 1)], call: (x) => not(x) },
    { name: "int32", inputs: [integers([5], 0, 2)], call: (x) => not(x) },
  ],
);
