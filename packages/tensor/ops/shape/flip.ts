import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { normalizeAxes } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { stridedSlice } from "./strided_slice.ts";

/**
 * The order of the elements reversed along an axis or several, `y_i = x_(n-1-i)`; along all of them
 * by default.
 *
 * `dy/dx` is the flip back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flip } from "@neurite/tensor";
 *
 * assertEquals(flip([[1, 2], [3, 4]], 0).array(), [[3, 4], [1, 2]]);
 * assertEquals(flip([[1, 2], [3, 4]], -1).array(), [[2, 1], [4, 3]]);
 * ```
 */
export const flip: Composite<[x: TensorLike, axis?: number | readonly number[]]> = composite(
  (value: TensorLike, axis?: number | readonly number[]): Tensor => {
    const x = asTensor(value), axes = normalizeAxes("flip", axis, x.shape);
    return stridedSlice(x, x.shape.map((_, i) => axes.includes(i) ? { step: -1 } : {}));
  },
  [
    { name: "a vector", inputs: [floats([33], -2, 2)], call: (x) => flip(x) },
    { name: "rows", inputs: [floats([3, 7], -2, 2)], call: (x) => flip(x, 0) },
    { name: "columns", inputs: [floats([3, 7], -2, 2)], call: (x) => flip(x, 1) },
    {
      name: "images from left to right",
      inputs: [floats([2, 3, 5, 3], -2, 2)],
      call: (x) => flip(x, 2),
    },
    { name: "two axes", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => flip(x, [0, -1]) },
    { name: "int32", inputs: [integers([3, 5], -9, 9)], call: (x) => flip(x, 0) },
  ],
);
