import { asTensor, fromHost, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { rowMajorStrides, sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { mul } from "../elementwise/mul.ts";
import { indicesFrom } from "../rules/indices.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { gather } from "./gather.ts";

/**
 * Positions in the first axes of a shape as indices of all their elements in a row: the last axis of
 * `indices` holds one index for each of them. Negative ones count from the end.
 */
export function flatIndices(
  operation: string,
  value: TensorLike,
  shape: readonly number[],
  backend: Tensor["backend"],
): { flat: Tensor; depth: number } {
  // Each axis checks its own part.
  const indices = value instanceof Tensor ? value : fromHost(value, undefined, "int32", backend);
  const depth = indices.shape[indices.rank - 1] ?? 0;
  if (indices.rank === 0 || depth < 1 || depth > shape.length) {
    throw new ShapeError(
      operation,
      "the last axis of the indices must have one for each of the first axes, from one to all of them",
      [shape, indices.shape],
    );
  }
  const strides = rowMajorStrides(shape.slice(0, depth)), outer = indices.shape.slice(0, -1);
  const parts = strides.map((stride, axis) => {
    const begin = [...outer.map(() => 0), axis], size = [...outer.map(() => -1), 1];
    const part = reshape(slice(indices, begin, size), outer);
    return mul(indicesFrom(operation, part, shape[axis], backend, true), stride);
  });
  return { flat: parts.reduce((a, b) => add(a, b)), depth };
}

/**
 * The parts of `x` at positions that name several axes at once: the last axis of `indices` holds an index
 * for each of the first `k` axes of `x`, and in its place come the axes of `x` that are left:
 * `indices.shape[:-1] + x.shape[k:]`. Indices are int32; negative ones count from the end. (TensorFlow's
 * `gather_nd`, ONNX's `GatherND`.)
 *
 * `dy/dx` adds up, at each position, the gradients of all the places it went to. Throws `ShapeError`
 * where there are more indices than axes, `RangeError` for one that lies outside of its axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gatherNd } from "@neurite/tensor";
 *
 * const x = [[1, 2], [3, 4]];
 * assertEquals(gatherNd(x, [[0, 1], [1, 0]]).array(), [2, 3]);
 * assertEquals(gatherNd(x, [[-1]]).array(), [[3, 4]]);
 * ```
 */
export const gatherNd: Composite<[x: TensorLike, indices: TensorLike]> = composite(
  (value: TensorLike, indices: TensorLike): Tensor =>
    tidy(() => {
      const x = asTensor(value, indices instanceof Tensor ? indices.backend : undefined);
      const { flat, depth } = flatIndices("gatherNd", indices, x.shape, x.backend);
      const rest = x.shape.slice(depth);
      return gather(reshape(x, [sizeOf(x.shape.slice(0, depth)), ...rest]), flat);
    }),
  [
    {
      name: "numbers",
      inputs: [floats([3, 4], -2, 2), given([3, 2], [0, 1, 2, 3, 0, 1], "int32")],
      call: (x, i) => gatherNd(x, i),
    },
    {
      name: "rows, indices in a matrix",
      inputs: [floats([2, 3, 5], -2, 2), given([2, 2, 2], [0, 1, 1, 2, -1, 0, 0, -3], "int32")],
      call: (x, i) => gatherNd(x, i),
    },
    {
      name: "one",
      inputs: [floats([2, 3], -2, 2), given([1], [1], "int32")],
      call: (x, i) => gatherNd(x, i),
    },
  ],
);
