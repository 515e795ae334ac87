import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastShapes, broadcastStrides, checkShape, sameShape, visit } from "../../shape.ts";
import { unbroadcast } from "../rules/unbroadcast.ts";

const op: OpDefinition<readonly number[]> = {
  name: "broadcastTo",
  shape: ([x], shape) => {
    if (!sameShape(broadcastShapes("broadcast", x.shape, shape), shape)) {
      throw new ShapeError("broadcast", "only axes of size 1 can be stretched", [x.shape, shape]);
    }
    return { shape, dtype: x.dtype };
  },
  reference: ([x], _, output) => {
    visit(output.shape, [broadcastStrides(x.shape, output.shape)], (at, [from]) => {
      output.data[at] = x.data[x.offset + from];
    });
  },
  gradient: ({ dy, inputs: [x] }) => unbroadcast(dy, x.shape),
};

/**
 * `x` repeated along axes of size 1 and new leading axes, until it has the given shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { broadcastTo } from "@neurite/tensor";
 *
 * assertEquals(broadcastTo([[1], [2]], [2, 3]).array(), [[1, 1, 1], [2, 2, 2]]);
 * ```
 */
export const broadcastTo: Primitive<[x: TensorLike, shape: readonly number[]], readonly number[]> =
  primitive(
    op,
    (value: TensorLike, shape: readonly number[]) => {
      const x = asTensor(value);
      checkShape("broadcast", shape);
      return sameShape(x.shape, shape) ? x : apply(op, [x], [...shape]);
    },
    [
      { name: "rows", inputs: [floats([5], -2, 2)], call: (x) => broadcastTo(x, [4, 5]) },
      { name: "columns", inputs: [floats([4, 1], -2, 2)], call: (x) => broadcastTo(x, [4, 5]) },
      { name: "a number", inputs: [floats([], -2, 2)], call: (x) => broadcastTo(x, [33, 7]) },
      {
        name: "in the middle",
        inputs: [floats([2, 1, 3], -2, 2)],
        call: (x) => broadcastTo(x, [2, 2, 4, 3]),
      },
      { name: "nothing", inputs: [floats([1, 3], -2, 2)], call: (x) => broadcastTo(x, [0, 3]) },
      { name: "int32", inputs: [integers([3, 1], -9, 9)], call: (x) => broadcastTo(x, [2, 3, 5]) },
    ],
  );
