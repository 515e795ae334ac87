import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * A new axis of size 1, at place `axis` of the result; -1 makes it the last. Throws `ShapeError` if
 * there is no such place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { expandDims } from "@neurite/tensor";
 *
 * assertEquals(expandDims([1, 2], 0).array(), [[1, 2]]);
 * assertEquals(expandDims([1, 2], -1).array(), [[1], [2]]);
 * ```
 */
export const expandDims: Composite<[x: TensorLike, axis: number]> = composite(
  (value: TensorLike, axis: number): Tensor => {
    const x = asTensor(value), rank = x.rank + 1, at = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(axis) || at < 0 || at >= rank) {
      throw new ShapeError(
        "expand dimensions",
        `the new axis must be an integer from ${-rank} to ${rank - 1}`,
        [x.shape],
        `axis ${axis} for shape [${x.shape.join(", ")}]`,
      );
    }
    return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  },
  [
    { name: "first", inputs: [floats([3, 5], -2, 2)], call: (x) => expandDims(x, 0) },
    { name: "last", inputs: [floats([3, 5], -2, 2)], call: (x) => expandDims(x, -1) },
    { name: "of a number", inputs: [floats([], -2, 2)], call: (x) => expandDims(x, 0) },
  ],
);
