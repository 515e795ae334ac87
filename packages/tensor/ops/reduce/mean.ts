import type { AxisOr } from "../rules/axis.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { cast } from "../elementwise/cast.ts";
import { div } from "../elementwise/div.ts";
import { reducedCount, type ReduceOptions, reduction } from "../rules/reduction.ts";
import { sum } from "./sum.ts";

/**
 * The arithmetic mean over axes, `y = (1/n) sum_i x_i`; over all of them by default.
 *
 * `dy/dx_i = 1/n`
 *
 * int32 becomes float32. The mean of nothing is NaN, as in NumPy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean } from "@neurite/tensor";
 *
 * assertEquals(mean([[1, 2], [3, 6]]).item(), 3);
 * assertEquals(mean([[1, 2], [3, 6]], { axis: 0 }).array(), [2, 4]);
 * assertEquals(mean([[1, 2], [3, 6]], 0).array(), [2, 4]); // an axis alone, as in NumPy
 * ```
 */
export const mean: Composite<[x: TensorLike, options?: AxisOr<ReduceOptions>]> = composite(
  (value: TensorLike, options?: AxisOr<ReduceOptions>) => {
    const x = cast(value, "float32"), attributes = reduction("take the mean", x, options);
    const { axes: axis, keepDims } = attributes;
    return div(sum(x, { axis, keepDims }), reducedCount(x, attributes));
  },
  [
    { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => mean(x) },
    { name: "rows", inputs: [floats([3, 33], -2, 2)], call: (x) => mean(x, { axis: -1 }) },
    {
      name: "columns, kept",
      inputs: [floats([7, 5], -2, 2)],
      call: (x) => mean(x, { axis: 0, keepDims: true }),
    },
    { name: "one number", inputs: [floats([], -2, 2)], call: (x) => mean(x) },
    { name: "int32", inputs: [integers([3, 5], -9, 9)], call: (x) => mean(x, { axis: 0 }) },
  ],
);
