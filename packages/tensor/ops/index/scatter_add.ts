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
import { checkShape, rowMajorStrides, sameShape, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { gather } from "./gather.ts";
import { withIndices } from "../rules/indices.ts";

/** The attributes of operations that add up along an axis. */
export interface Scatter {
  /** The axis. */
  readonly axis: number;
  /** Its size in the result. */
  readonly size: number;
}

// The updates stand first: the element type of the first input is that of the result.
const op: OpDefinition<Scatter> = {
  name: "scatterAdd",
  shape: ([updates, indices], { axis, size }) => {
    const { rank } = indices;
    if (!sameShape(updates.shape.slice(axis, axis + rank), indices.shape)) {
      throw new ShapeError(
        "scatterAdd",
        `the updates must have the shape of the indices from axis ${axis} on`,
        [updates.shape, indices.shape],
      );
    }
    const shape = [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + rank)];
    return { shape, dtype: updates.dtype };
  },
  reference: ([updates, indices], { axis }, output) => {
    const strides = rowMajorStrides(output.shape);
    const outer = strides.slice(0, axis), inner = strides.slice(axis + 1);
    const still = indices.shape.map(() => 0);
    const along = [...outer.map(() => 0), ...indices.stride, ...inner.map(() => 0)];
    const all = [updates.stride, [...outer, ...still, ...inner], along];
    output.data.fill(0);
    visit(updates.shape, all, (_, [from, to, which]) => {
      const index = indices.data[indices.offset + which];
      output.data[to + index * strides[axis]] += updates.data[updates.offset + from];
    });
  },
  gradient: ({ dy, inputs: [, indices], attributes: { axis } }) =>
    // Not through the exported function: the indices are known to be good.
    apply(gather.op, [dy, indices], axis),
};

/**
 * Adds updates to zeros at the given indices of an axis, the first by default; where an index
 * stands several times, its updates add up. `size` is the size of that axis in the result:
 * `updates.shape[:axis] + [size] + updates.shape[axis + indices.rank:]`. The opposite of
 * {@linkcode gather}: `y[indices[j]] += updates[j]`.
 *
 * `dy/dupdates` is `gather`. Throws `ShapeError` if the updates do not have the shape of the
 * indices from `axis` on, `DTypeError` and `RangeError` for indices as `gather` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scatterAdd } from "@neurite/tensor";
 *
 * // How often each of four words stands in a text.
 * assertEquals(scatterAdd([0, 3, 0, 1], [1, 1, 1, 1], 4).array(), [2, 1, 0, 1]);
 * assertEquals(scatterAdd([1, 1], [[1, 2], [3, 4]], 2).array(), [[0, 0], [4, 6]]);
 * ```
 */
export const scatterAdd: Primitive<
  [indices: TensorLike, updates: TensorLike, size: number, axis?: number],
  Scatter
> = primitive(
  op,
  (indices: TensorLike, value: TensorLike, size: number, axis = 0) => {
    checkShape("scatterAdd", [size]);
    const updates = asTensor(value, indices instanceof Tensor ? indices.backend : undefined);
    return withIndices("scatterAdd", indices, size, updates.backend, (i) => {
      const rank = updates.rank - i.rank + 1, at = axis < 0 ? axis + rank : axis;
      if (!Number.isInteger(axis) || at < 0 || at >= rank) {
        throw new ShapeError(
          "scatterAdd",
          "the axis must be one of the result",
          [updates.shape, i.shape],
          `axis ${axis} for updates [${updates.shape.join(", ")}], indices [${i.shape.join(", ")}]`,
        );
      }
      return apply(op, [updates, i], { axis: at, size });
    });
  },
  [
    {
      name: "rows",
      inputs: [given([4], [3, 0, 3, 2], "int32"), floats([4, 7], -2, 2)],
      call: (i, u) => scatterAdd(i, u, 5),
    },
    {
      name: "numbers",
      inputs: [given([6], [2, 0, 2, 1, 2, 0], "int32"), floats([6], -2, 2)],
      call: (i, u) => scatterAdd(i, u, 4),
    },
    {
      name: "the middle axis, indices in a matrix",
      inputs: [given([2, 2], [0, 1, 1, 3], "int32"), floats([3, 2, 2, 5], -2, 2)],
      call: (i, u) => scatterAdd(i, u, 4, 1),
    },
    {
      name: "one column",
      inputs: [given([], [2], "int32"), floats([3], -2, 2)],
      call: (i, u) => scatterAdd(i, u, 3, 1),
    },
    {
      name: "nothing",
      inputs: [given([0], [], "int32"), floats([0, 3], -2, 2)],
      call: (i, u) => scatterAdd(i, u, 2),
    },
    {
      name: "int32",
      inputs: [given([3], [1, 0, 1], "int32"), integers([3, 2], -9, 9)],
      call: (i, u) => scatterAdd(i, u, 2),
    },
  ],
);
