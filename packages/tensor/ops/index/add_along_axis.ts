import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import {
  apply,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
} from "../../op.ts";
import { checkShape, normalizeAxis, rowMajorStrides, sameShape, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { withIndices } from "../rules/indices.ts";
import type { Scatter } from "./scatter_add.ts";
import { takeAlongAxis } from "./take_along_axis.ts";

// The updates stand first: the element type of the first input is that of the result.
const op: OpDefinition<Scatter> = {
  name: "addAlongAxis",
  shape: ([updates, indices], { axis, size }) => {
    if (!sameShape(updates.shape, indices.shape)) {
      throw new ShapeError("addAlongAxis", "the updates must have the shape of the indices", [
        updates.shape,
        indices.shape,
      ]);
    }
    return { shape: updates.shape.map((n, i) => i === axis ? size : n), dtype: updates.dtype };
  },
  reference: ([updates, indices], { axis }, output) => {
    const strides = rowMajorStrides(output.shape);
    const others = strides.map((s, i) => i === axis ? 0 : s);
    output.data.fill(0);
    visit(updates.shape, [updates.stride, others, indices.stride], (_, [from, to, which]) => {
      const index = indices.data[indices.offset + which];
      output.data[to + index * strides[axis]] += updates.data[updates.offset + from];
    });
  },
  gradient: ({ dy, inputs: [, indices], attributes: { axis } }) =>
    // Not through the exported function: the indices are known to be good.
    apply(takeAlongAxis.op, [dy, indices], axis),
};

/**
 * Adds each update to zeros at its own index along an axis, the last by default; updates with one
 * place add up. `size` is the size of that axis in the result. The opposite of
 * {@linkcode takeAlongAxis}: `y_i,k += updates_ij` with `k = indices_ij`.
 *
 * `dy/dupdates` is `takeAlongAxis`. Throws `ShapeError` if updates and indices differ in shape, and
 * `RangeError`, before anything is computed, if an index is negative or too large.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addAlongAxis } from "@neurite/tensor";
 *
 * assertEquals(addAlongAxis([[0, 2], [1, 1]], [[1, 2], [3, 4]], 3).array(), [[1, 0, 2], [0, 7, 0]]);
 * ```
 */
export const addAlongAxis: Primitive<
  [indices: TensorLike, updates: TensorLike, size: number, axis?: number],
  Scatter
> = primitive(
  op,
  (indices: TensorLike, value: TensorLike, size: number, axis = -1) => {
    checkShape("addAlongAxis", [size]);
    const updates = asTensor(value, indices instanceof Tensor ? indices.backend : undefined);
    const at = normalizeAxis("addAlongAxis", axis, updates.shape);
    return withIndices(
      "addAlongAxis",
      indices,
      size,
      updates.backend,
      (i) => apply(op, [updates, i], { axis: at, size }),
    );
  },
  [
    {
      name: "the last axis",
      inputs: [given([3, 2], [0, 4, 1, 1, 2, 0], "int32"), floats([3, 2], -2, 2)],
      call: (i, u) => addAlongAxis(i, u, 5),
    },
    {
      name: "the first axis",
      inputs: [given([2, 3], [0, 3, 1, 0, 2, 1], "int32"), floats([2, 3], -2, 2)],
      call: (i, u) => addAlongAxis(i, u, 4, 0),
    },
    {
      name: "int32",
      inputs: [given([2, 2], [2, 0, 1, 1], "int32"), integers([2, 2], -9, 9)],
      call: (i, u) => addAlongAxis(i, u, 3),
    },
  ],
);
