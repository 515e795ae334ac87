import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { normalizeAxis } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { slice } from "./slice.ts";

/**
 * A tensor cut into parts along an axis, the first by default: into as many equal parts as
 * `sizesOrCount` says, or into parts of the given sizes.
 *
 * Throws `ShapeError` if the axis cannot be cut into equal parts, or if the sizes do not add up to
 * its size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { split } from "@neurite/tensor";
 *
 * assertEquals(split([1, 2, 3, 4], 2).map((x) => x.array()), [[1, 2], [3, 4]]);
 * const [a, b] = split([[1, 2, 3], [4, 5, 6]], [1, 2], 1);
 * assertEquals(a.array(), [[1], [4]]);
 * assertEquals(b.array(), [[2, 3], [5, 6]]);
 * ```
 */
export const split: Composite<
  [x: TensorLike, sizesOrCount: number | readonly number[], axis?: number],
  Tensor[]
> = composite(
  (value: TensorLike, sizesOrCount: number | readonly number[], axis = 0): Tensor[] => {
    const x = asTensor(value), at = normalizeAxis("split", axis, x.shape), n = x.shape[at];
    if (
      typeof sizesOrCount === "number" &&
      !(Number.isInteger(sizesOrCount) && sizesOrCount > 0 && n % sizesOrCount === 0)
    ) {
      throw new ShapeError(
        "split",
        "the number of parts must divide the size of the axis (or name the parts' sizes)",
        [x.shape],
        `${sizesOrCount} parts of axis ${at} of shape [${x.shape.join(", ")}]`,
      );
    }
    const sizes = typeof sizesOrCount === "number"
      ? new Array<number>(sizesOrCount).fill(n / sizesOrCount)
      : sizesOrCount;
    if (
      !sizes.every((size) => Number.isInteger(size) && size >= 0) ||
      sizes.reduce((sum, size) => sum + size, 0) !== n
    ) {
      throw new ShapeError(
        "split",
        `the sizes must be integers that add up to ${n}`,
        [x.shape],
        `sizes [${sizes.join(", ")}] of axis ${at} of shape [${x.shape.join(", ")}]`,
      );
    }
    let begin = 0;
    return sizes.map((size) => {
      const place = x.shape.map((_, i) => i === at ? begin : 0);
      begin += size;
      return slice(x, place, x.shape.map((m, i) => i === at ? size : m));
    });
  },
  [
    { name: "rows", inputs: [floats([6, 5], -2, 2)], call: (x) => split(x, 3)[1] },
    { name: "columns", inputs: [floats([3, 8], -2, 2)], call: (x) => split(x, [1, 5, 2], -1)[1] },
    { name: "int32", inputs: [integers([5], -9, 9)], call: (x) => split(x, [2, 3])[1] },
  ],
);
