import { checkArray } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { rowMajorStrides, sameShape, sizeOf, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";

const op: OpDefinition<readonly number[]> = {
  name: "reshape",
  shape: ([x], shape) => ({ shape, dtype: x.dtype }),
  reference: ([x], _, output) => {
    visit(x.shape, [rowMajorStrides(x.shape)], (at, [from]) => {
      output.data[at] = x.data[x.offset + from];
    });
  },
  gradient: ({ dy, inputs: [x] }) => reshape(dy, x.shape),
};

/** The shape with its one unknown size (-1) filled in. */
function complete(x: Tensor, shape: readonly number[]): readonly number[] {
  const known = sizeOf(shape.filter((n) => n !== -1));
  const filled = shape.map((n) => n === -1 ? x.size / known : n);
  if (
    shape.filter((n) => n === -1).length > 1 || sizeOf(filled) !== x.size ||
    !filled.every((n) => Number.isInteger(n) && n >= 0)
  ) {
    throw new ShapeError(
      "reshape",
      `the new shape [${shape.join(", ")}] must have as many elements (one size may be -1)`,
      [x.shape],
    );
  }
  return filled;
}

/**
 * The same values, in row-major order, in another shape. One size may be -1: it is computed.
 *
 * Values are shared, not copied. Throws `ShapeError` if the number of elements differs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 *
 * assertEquals(reshape([1, 2, 3, 4, 5, 6], [2, -1]).array(), [[1, 2, 3], [4, 5, 6]]);
 * ```
 */
export const reshape: Primitive<[x: TensorLike, shape: readonly number[]], readonly number[]> =
  primitive(
    op,
    (value: TensorLike, shape: readonly number[]) => {
      checkArray("reshape", "the new shape", shape);
      const x = asTensor(value);
      return sameShape(x.shape, shape) ? x : apply(op, [x], complete(x, shape));
    },
    [
      {
        name: "split an axis",
        inputs: [floats([6, 4], -2, 2)],
        call: (x) => reshape(x, [2, 3, -1]),
      },
      { name: "flatten", inputs: [floats([3, 5], -2, 2)], call: (x) => reshape(x, [-1]) },
      { name: "nothing", inputs: [floats([0, 3], -2, 2)], call: (x) => reshape(x, [3, 0]) },
    ],
  );
