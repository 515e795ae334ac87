import { asTensor, type TensorLike } from "../../convert.ts";
import { apply, type Composite, composite, floats, given, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { normalizeAxis } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { type AxisOr, withAxis } from "../rules/axis.ts";
import { axisFromEnd, axisToEnd } from "../rules/last_axis.ts";
import { takeAlongAxis } from "./take_along_axis.ts";
import { topKIndices } from "./top_k.ts";

/** How {@linkcode sort} and {@linkcode argsort} order. */
export interface SortOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
  /** Whether the largest comes first. `false` by default: the smallest does. */
  descending?: boolean;
}

const OPTIONS: Record<keyof SortOptions, true> = { axis: true, descending: true };

/** The rows to be sorted, with the order of each, and the axis they come from. */
function ordered(action: string, value: TensorLike, given: AxisOr<SortOptions>) {
  const { axis = -1, descending = false } = withAxis(action, given, OPTIONS), x = asTensor(value);
  const at = normalizeAxis(action, axis, x.shape), rows = axisToEnd(x, at);
  // The indices of nothing are as many zeros: none.
  const order = { k: x.shape[at], largest: descending };
  return { rows, indices: apply(topKIndices.op, [rows], order), at };
}

/**
 * The elements in ascending order along an axis, the last by default; `descending` puts the largest
 * first. NaN counts as larger than any number, as in NumPy and PyTorch.
 *
 * The gradient of each element goes to where it came from.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sort } from "@neurite/tensor";
 *
 * assertEquals(sort([[3, 1, 2], [5, 4, 6]]).array(), [[1, 2, 3], [4, 5, 6]]);
 * assertEquals(sort([3, 1, 2], { descending: true }).array(), [3, 2, 1]);
 * ```
 */
export const sort: Composite<[x: TensorLike, options?: AxisOr<SortOptions>]> = composite(
  (value: TensorLike, options?: AxisOr<SortOptions>): Tensor =>
    tidy(() => {
      const { rows, indices, at } = ordered("sort", value, options);
      // Not through the exported function: the indices are known to be good.
      return axisFromEnd(apply(takeAlongAxis.op, [rows, indices], rows.rank - 1), at);
    }),
  [
    { name: "rows", inputs: [floats([3, 33], -2, 2)], call: (x) => sort(x) },
    {
      name: "columns, descending",
      inputs: [floats([7, 3], -2, 2)],
      call: (x) => sort(x, { axis: 0, descending: true }),
    },
    { name: "one", inputs: [floats([1], -2, 2)], call: (x) => sort(x) },
    { name: "nothing", inputs: [floats([2, 0], -2, 2)], call: (x) => sort(x) },
    { name: "int32", inputs: [integers([2, 9], -9, 9)], call: (x) => sort(x) },
  ],
);

/**
 * The indices, as int32, that put the elements along an axis in ascending order (or in descending
 * order): `takeAlongAxis(x, argsort(x))` is {@linkcode sort}. Equal elements stay in the order of their
 * indices: the order is stable.
 *
 * It has no gradient.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { argsort } from "@neurite/tensor";
 *
 * assertEquals(argsort([3, 1, 2, 1]).array(), [1, 3, 2, 0]);
 * ```
 */
export const argsort: Composite<[x: TensorLike, options?: AxisOr<SortOptions>]> = composite(
  (value: TensorLike, options?: AxisOr<SortOptions>): Tensor =>
    tidy(() => {
      const { indices, at } = ordered("sort", value, options);
      return axisFromEnd(indices, at);
    }),
  [
    { name: "rows", inputs: [floats([3, 33], -2, 2)], call: (x) => argsort(x) },
    {
      name: "NaN and equal ones",
      inputs: [given([2, 5], [1, NaN, -Infinity, 1, NaN, 0, -0, Infinity, NaN, 0])],
      call: (x) => argsort(x),
    },
    {
      name: "columns, descending",
      inputs: [integers([7, 3], -2, 2)],
      call: (x) => argsort(x, { axis: 0, descending: true }),
    },
  ],
);
