import { asTensor, type TensorLike } from "../../convert.ts";
import {
  apply,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
} from "../../op.ts";
import { normalizeAxis, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { withIndices } from "../rules/indices.ts";
import { scatterAdd } from "./scatter_add.ts";

const op: OpDefinition<number> = {
  name: "gather",
  shape: ([x, indices], axis) => ({
    shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
    dtype: x.dtype,
  }),
  reference: ([x, indices], axis, output) => {
    const outer = x.stride.slice(0, axis), inner = x.stride.slice(axis + 1);
    const still = indices.shape.map(() => 0);
    const along = [...outer.map(() => 0), ...indices.stride, ...inner.map(() => 0)];
    visit(output.shape, [[...outer, ...still, ...inner], along], (at, [from, which]) => {
      const index = indices.data[indices.offset + which];
      output.data[at] = x.data[x.offset + from + index * x.stride[axis]];
    });
  },
  gradient: ({ dy, inputs: [x, indices], attributes: axis }) =>
    // Not through the exported function: the indices are known to be good.
    apply(scatterAdd.op, [dy, indices], { axis, size: x.shape[axis] }),
};

/**
 * The parts of `x` at the given indices of an axis, the first by default: rows of a batch, vectors
 * of an embedding. Indices are an int32 tensor, or host numbers, of any shape, which takes the
 * place of the axis: `x.shape[:axis] + indices.shape + x.shape[axis + 1:]`.
 *
 * `dy/dx` adds up, at each index, the gradients of all the places it went to
 * ({@linkcode scatterAdd}). Throws `DTypeError` if indices are not integers by type, and
 * `RangeError`, before anything is computed, if one lies outside of the axis. Negative ones count from
 * the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gather } from "@neurite/tensor";
 *
 * const x = [[1, 2], [3, 4], [5, 6]];
 * assertEquals(gather(x, [2, 0, 2]).array(), [[5, 6], [1, 2], [5, 6]]);
 * assertEquals(gather(x, 1, 1).array(), [2, 4, 6]);
 * assertEquals(gather(x, -1).array(), [5, 6]); // the last row
 * ```
 */
export const gather: Primitive<[x: TensorLike, indices: TensorLike, axis?: number], number> =
  primitive(
    op,
    (value: TensorLike, indices: TensorLike, axis = 0) => {
      const x = asTensor(value, indices instanceof Tensor ? indices.backend : undefined);
      const at = normalizeAxis("gather", axis, x.shape);
      return withIndices(
        "gather",
        indices,
        x.shape[at],
        x.backend,
        (i) => apply(op, [x, i], at),
        true,
      );
    },
    [
      {
        name: "rows",
        inputs: [floats([5, 7], -2, 2), given([4], [3, 0, 3, 4], "int32")],
        call: (x, i) => gather(x, i),
      },
      {
        name: "long rows",
        inputs: [floats([3, 515], -2, 2), given([2], [2, 1], "int32")],
        call: (x, i) => gather(x, i),
      },
      {
        name: "columns",
        inputs: [floats([3, 9], -2, 2), given([3], [8, 0, 0], "int32")],
        call: (x, i) => gather(x, i, 1),
      },
      {
        name: "the middle axis, indices in a matrix",
        inputs: [floats([2, 4, 5], -2, 2), given([2, 3], [0, 1, 3, 3, 2, 0], "int32")],
        call: (x, i) => gather(x, i, 1),
      },
      {
        name: "one",
        inputs: [floats([4, 5], -2, 2), given([], [2], "int32")],
        call: (x, i) => gather(x, i, -1),
      },
      {
        name: "none",
        inputs: [floats([4, 5], -2, 2), given([0], [], "int32")],
        call: (x, i) => gather(x, i),
      },
      {
        name: "int32",
        inputs: [integers([4, 3], -9, 9), given([2], [3, 1], "int32")],
        call: (x, i) => gather(x, i),
      },
    ],
  );
