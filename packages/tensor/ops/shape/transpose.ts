import { checkArray } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import {
  apply,
  floats,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
  type Sample,
} from "../../op.ts";
import { normalizeAxis, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

const op: OpDefinition<readonly number[]> = {
  name: "transpose",
  shape: ([x], perm) => ({ shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype }),
  reference: ([x], perm, output) => {
    visit(output.shape, [perm.map((axis) => x.stride[axis])], (at, [from]) => {
      output.data[at] = x.data[x.offset + from];
    });
  },
  gradient: ({ dy, attributes: perm }) => transpose(dy, perm.map((_, axis) => perm.indexOf(axis))),
};

/** The order of axes counted from the front; every axis once. */
function order(x: Tensor, perm: readonly number[] | undefined): readonly number[] {
  if (perm === undefined) return x.shape.map((_, i) => x.rank - 1 - i);
  const axes = perm.map((axis) => normalizeAxis("transpose", axis, x.shape));
  if (axes.length !== x.rank || new Set(axes).size !== x.rank) {
    throw new ShapeError(
      "transpose",
      "the order must name every axis once",
      [x.shape],
      `order [${perm.join(", ")}] for shape [${x.shape.join(", ")}]`,
    );
  }
  return axes;
}

/**
 * The axes in another order: axis `i` of the result is axis `perm[i]` of `x`. Without an order, all
 * axes are reversed: the transpose `y_ji = x_ij` of a matrix.
 *
 * `dy/dx` is the transpose back. Throws `ShapeError` if the order does not name every axis once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { transpose, zeros } from "@neurite/tensor";
 *
 * assertEquals(transpose([[1, 2, 3], [4, 5, 6]]).array(), [[1, 4], [2, 5], [3, 6]]);
 * // Images from [batch, height, width, channels] to [batch, channels, height, width].
 * assertEquals(transpose(zeros([8, 28, 30, 3]), [0, 3, 1, 2]).shape, [8, 3, 28, 30]);
 * ```
 */
export const transpose: Primitive<
  [x: TensorLike, perm?: readonly number[]],
  readonly number[]
> = primitive(
  op,
  (value: TensorLike, perm?: readonly number[]) => {
    if (perm !== undefined) checkArray("transpose", "the order of the axes", perm);
    const x = asTensor(value), axes = order(x, perm);
    const moving = axes.filter((axis) => x.shape[axis] !== 1);
    // Where only axes of size 1 change their place, all values keep theirs.
    if (moving.every((axis, i) => i === 0 || axis > moving[i - 1])) {
      return reshape(x, axes.map((axis) => x.shape[axis]));
    }
    return apply(op, [x], axes);
  },
  [
    ...([[3, 5], [4, 4], [33, 7], [5, 1], [0, 3], [70, 67]] as const).map((shape): Sample => ({
      name: `matrix [${shape}]`,
      inputs: [floats(shape, -2, 2)],
      call: (x) => transpose(x),
    })),
    {
      name: "channels first",
      inputs: [floats([2, 5, 3, 3], -2, 2)],
      call: (x) => transpose(x, [0, 3, 1, 2]),
    },
    {
      name: "channels last",
      inputs: [floats([2, 3, 5, 3], -2, 2)],
      call: (x) => transpose(x, [0, 2, 3, 1]),
    },
    {
      name: "the middle axes",
      inputs: [floats([2, 3, 5, 7], -2, 2)],
      call: (x) => transpose(x, [0, 2, 1, 3]),
    },
    {
      name: "matrices of a batch",
      inputs: [floats([3, 9, 6], -2, 2)],
      call: (x) => transpose(x, [0, -1, -2]),
    },
    { name: "int32", inputs: [integers([5, 6], -9, 9)], call: (x) => transpose(x) },
  ],
);
