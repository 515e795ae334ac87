import { checkArray } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { stridedSlice } from "./strided_slice.ts";

/**
 * The part of a tensor that begins at index `begin[i]` of axis `i` and is `size[i]` long; a size of
 * -1 means up to the end. Axes beyond the lists are taken whole.
 *
 * `dy/dx` is 1 inside of the part, 0 elsewhere. Throws `ShapeError` if the part does not lie within
 * the tensor. {@linkcode stridedSlice} clips instead, and knows negative indices and steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slice } from "@neurite/tensor";
 *
 * const x = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
 * assertEquals(slice(x, [1, 0], [-1, 2]).array(), [[4, 5], [7, 8]]);
 * ```
 */
export const slice: Composite<
  [x: TensorLike, begin: readonly number[], size: readonly number[]]
> = composite(
  (value: TensorLike, begin: readonly number[], size: readonly number[]): Tensor => {
    checkArray("slice", "begin", begin);
    checkArray("slice", "size", size);
    const x = asTensor(value);
    const whole = (n: number) => Number.isInteger(n) && n >= 0;
    const ends = begin.map((b, i) => size[i] === -1 ? x.shape[i] : b + size[i]);
    const fits = begin.length === size.length && begin.length <= x.rank &&
      ends.every((end, i) => whole(begin[i]) && whole(end - begin[i]) && end <= x.shape[i]);
    if (!fits) {
      throw new ShapeError(
        "slice",
        "the part must lie within the tensor (a size may be -1: up to the end)",
        [x.shape],
        `begin [${begin.join(", ")}] and size [${size.join(", ")}] of shape [${
          x.shape.join(", ")
        }]`,
      );
    }
    return stridedSlice(x, begin.map((start, i) => ({ start, stop: ends[i] })));
  },
  [
    {
      name: "a corner",
      inputs: [floats([5, 7], -2, 2)],
      call: (x) => slice(x, [1, 2], [3, 5]),
    },
    {
      name: "rows of a batch",
      inputs: [floats([9, 5, 3], -2, 2)],
      call: (x) => slice(x, [4], [3]),
    },
    {
      name: "columns, to the end",
      inputs: [floats([3, 35], -2, 2)],
      call: (x) => slice(x, [0, 2], [-1, -1]),
    },
    { name: "nothing", inputs: [floats([3, 4], -2, 2)], call: (x) => slice(x, [1, 4], [2, 0]) },
    { name: "int32", inputs: [integers([4, 5], -9, 9)], call: (x) => slice(x, [2, 1], [1, 3]) },
  ],
);
