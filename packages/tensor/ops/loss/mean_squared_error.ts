import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastStrides, sameShape, sizeOf, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { backendOf, convert, release } from "../rules/operands.ts";
import { mul } from "../elementwise/mul.ts";
import { scaledDifference } from "./scaled_difference.ts";

const op: OpDefinition<undefined> = {
  name: "meanSquaredError",
  shape: ([a, b]) => {
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError(
        "compute meanSquaredError",
        "there must be a target for every number, in one shape",
        [a.shape, b.shape],
      );
    }
    return { shape: [], dtype: "float32" };
  },
  reference: ([a, b], _, { data }) => {
    const strides = [a, b].map((x) => broadcastStrides(x.shape, a.shape));
    let total = 0;
    visit(a.shape, strides, (_, [p, q]) => {
      total += (a.data[a.offset + p] - b.data[b.offset + q]) ** 2;
    });
    data[0] = total / sizeOf(a.shape);
  },
  gradient: ({ dy, inputs: [a, b] }, index) => {
    const s = mul(dy, 2 / a.size);
    return index === 0 ? scaledDifference(a, b, s) : scaledDifference(b, a, s);
  },
};

/**
 * The mean of the squared differences of two tensors of one shape, `y = (1/n) sum_i (a_i - b_i)^2`
 * over all their elements, in one pass over memory each way.
 *
 * `dy/da_i = 2 (a_i - b_i) / n`, `dy/db_i = -dy/da_i`
 *
 * Squares are added in a fixed order, in f64 from block to block, so that the result is the same for
 * any number of threads. int32 becomes float32. The mean of nothing is NaN. Throws `ShapeError`
 * where the shapes differ: nothing is broadcast, as that hides mistakes in a loss.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, meanSquaredError, tensor } from "@neurite/tensor";
 *
 * const t = tensor([1, 2]), y = tensor([3, 2]);
 * assertEquals(meanSquaredError(y, t).item(), 2);
 * assertEquals(grad((y) => meanSquaredError(y, t))(y).array(), [2, 0]);
 * ```
 */
export const meanSquaredError: Primitive<[a: TensorLike, b: TensorLike], undefined> = primitive(
  op,
  (left: TensorLike, right: TensorLike) => {
    const backend = backendOf(left, right);
    const a = convert(asTensor(left, backend), left, "float32");
    const b = convert(asTensor(right, backend), right, "float32");
    const y = apply(op, [a, b], undefined);
    release(a, left);
    release(b, right);
    return y;
  },
  ([[], [1], [7], [3, 11], [2, 3, 33], [70, 131]] as const).map((shape) => ({
    name: `shape [${shape}]`,
    inputs: [floats(shape, -2, 2), floats(shape, -2, 2)],
    call: (a: Tensor, b: Tensor) => meanSquaredError(a, b),
  })),
);
