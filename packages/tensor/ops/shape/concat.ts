import { checkArray } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { normalizeAxis, rowMajorStrides, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { slice } from "./slice.ts";

const op: OpDefinition<number> = {
  name: "concat",
  shape: ([first, ...rest], axis) => {
    const shape = [...first.shape];
    for (const x of rest) {
      if (x.rank !== first.rank || !x.shape.every((n, i) => i === axis || n === first.shape[i])) {
        throw new ShapeError(
          "concat",
          `all tensors must have the same sizes, except on axis ${axis}`,
          [first.shape, x.shape],
        );
      }
      if (x.dtype !== first.dtype) {
        throw new DTypeError(
          `Cannot concat as all tensors must have one element type: current ${first.dtype} and ` +
            `${x.dtype}. Use cast()`,
        );
      }
      shape[axis] += x.shape[axis];
    }
    return { shape, dtype: first.dtype };
  },
  reference: (parts, axis, output) => {
    const strides = rowMajorStrides(output.shape);
    let first = 0;
    for (const x of parts) {
      visit(x.shape, [x.stride, strides], (_, [from, to]) => {
        output.data[first + to] = x.data[x.offset + from];
      });
      first += x.shape[axis] * strides[axis];
    }
  },
  gradient: ({ dy, inputs, attributes: axis }, index) => {
    const before = inputs.slice(0, index).reduce((sum, x) => sum + x.shape[axis], 0);
    const { shape } = inputs[index];
    return slice(dy, shape.map((_, i) => i === axis ? before : 0), shape);
  },
};

/**
 * Tensors one after another along an axis, the first by default; their other sizes are equal.
 *
 * The gradient of each tensor is its part of the gradient. Throws `ShapeError` if other sizes
 * differ, `DTypeError` if element types do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { concat } from "@neurite/tensor";
 *
 * assertEquals(concat([[[1, 2]], [[3, 4], [5, 6]]]).array(), [[1, 2], [3, 4], [5, 6]]);
 * assertEquals(concat([[[1], [2]], [[3], [4]]], 1).array(), [[1, 3], [2, 4]]);
 * ```
 */
export const concat: Primitive<[xs: readonly TensorLike[], axis?: number], number> = primitive(
  op,
  (xs: readonly TensorLike[], axis = 0) => {
    checkArray("concat", "the tensors", xs);
    if (xs.length === 0) {
      throw new ShapeError("concat", "there must be at least one tensor", [], "none");
    }
    const backend = xs.find((x) => x instanceof Tensor)?.backend;
    const parts = xs.map((x) => asTensor(x, backend));
    const at = normalizeAxis("concat", axis, parts[0].shape);
    return parts.length === 1 ? parts[0] : apply(op, parts, at);
  },
  [
    {
      name: "rows",
      inputs: [floats([2, 5], -2, 2), floats([3, 5], -2, 2)],
      call: (a, b) => concat([a, b]),
    },
    {
      name: "columns",
      inputs: [floats([3, 4], -2, 2), floats([3, 1], -2, 2), floats([3, 6], -2, 2)],
      call: (a, b, c) => concat([a, b, c], 1),
    },
    {
      name: "channels",
      inputs: [floats([2, 3, 3, 5], -2, 2), floats([2, 3, 3, 2], -2, 2)],
      call: (a, b) => concat([a, b], -1),
    },
    {
      name: "with nothing, and twice the same",
      inputs: [floats([0, 3], -2, 2), floats([2, 3], -2, 2)],
      call: (a, b) => concat([b, a, b]),
    },
    {
      name: "int32",
      inputs: [integers([3], -9, 9), integers([2], -9, 9)],
      call: (a, b) => concat([a, b]),
    },
  ],
);
