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
import { normalizeAxis, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { addAlongAxis } from "./add_along_axis.ts";
import { withIndices } from "../rules/indices.ts";

const op: OpDefinition<number> = {
  name: "takeAlongAxis",
  shape: ([x, indices], axis) => {
    if (
      indices.rank !== x.rank || !x.shape.every((n, i) => i === axis || n === indices.shape[i])
    ) {
      throw new ShapeError(
        "takeAlongAxis",
        `the indices must have the shape of x, except on axis ${axis}`,
        [x.shape, indices.shape],
      );
    }
    return { shape: indices.shape, dtype: x.dtype };
  },
  reference: ([x, indices], axis, output) => {
    const others = x.stride.map((s, i) => i === axis ? 0 : s);
    visit(output.shape, [others, indices.stride], (at, [from, which]) => {
      const index = indices.data[indices.offset + which];
      output.data[at] = x.data[x.offset + from + index * x.stride[axis]];
    });
  },
  gradient: ({ dy, inputs: [x, indices], attributes: axis }) =>
    // Not through the exported function: the indices are known to be good.
    apply(addAlongAxis.op, [dy, indices], { axis, size: x.shape[axis] }),
};

/**
 * One element for each index, along an axis, the last by default: `y_ij = x_i,k` with
 * `k = indices_ij`. Indices are int32 and have the shape of `x`, except on that axis. (NumPy's
 * `take_along_axis`, PyTorch's `gather`.)
 *
 * `dy/dx` adds up, at each place, the gradients of the elements taken from it
 * ({@linkcode addAlongAxis}). Throws `ShapeError` if shapes do not fit, and `RangeError`, before
 * anything is computed, if an index lies outside of the axis. Negative ones count from the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { takeAlongAxis } from "@neurite/tensor";
 *
 * // The probability that each row gives to its own class.
 * const p = [[0.5, 0.25, 0.25], [0, 0, 1]];
 * assertEquals(takeAlongAxis(p, [[0], [2]]).array(), [[0.5], [1]]);
 * ```
 */
export const takeAlongAxis: Primitive<
  [x: TensorLike, indices: TensorLike, axis?: number],
  number
> = primitive(
  op,
  (value: TensorLike, indices: TensorLike, axis = -1) => {
    const x = asTensor(value, indices instanceof Tensor ? indices.backend : undefined);
    const at = normalizeAxis("takeAlongAxis", axis, x.shape);
    return withIndices(
      "takeAlongAxis",
      indices,
      x.shape[at],
      x.backend,
      (i) => apply(op, [x, i], at),
      true,
    );
  },
  [
    {
      name: "the last axis",
      inputs: [floats([3, 5], -2, 2), given([3, 2], [0, 4, 1, 1, 2, 0], "int32")],
      call: (x, i) => takeAlongAxis(x, i),
    },
    {
      name: "the first axis",
      inputs: [floats([4, 3], -2, 2), given([2, 3], [0, 3, 1, 0, 2, 1], "int32")],
      call: (x, i) => takeAlongAxis(x, i, 0),
    },
    {
      name: "the middle axis",
      inputs: [floats([2, 3, 2], -2, 2), given([2, 1, 2], [0, 2, 1, 1], "int32")],
      call: (x, i) => takeAlongAxis(x, i, 1),
    },
    {
      name: "int32",
      inputs: [integers([2, 3], -9, 9), given([2, 1], [2, 0], "int32")],
      call: (x, i) => takeAlongAxis(x, i),
    },
  ],
);
