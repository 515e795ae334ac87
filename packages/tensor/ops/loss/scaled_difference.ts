import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastStrides, sameShape, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { backendOf, convert, release } from "../rules/operands.ts";
import { mul } from "../elementwise/mul.ts";
import { neg } from "../elementwise/neg.ts";
import { reshape } from "../shape/reshape.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "../reduce/sum.ts";

const op: OpDefinition<undefined> = {
  name: "scaledDifference",
  shape: ([a, b, s]) => {
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError("scale a difference", "both must have one shape", [a.shape, b.shape]);
    }
    if (s.size !== 1) {
      throw new ShapeError("scale a difference", "the factor must be one number", [s.shape]);
    }
    return { shape: a.shape, dtype: "float32" };
  },
  reference: ([a, b, s], _, output) => {
    const strides = [a, b].map((x) => broadcastStrides(x.shape, output.shape));
    const factor = s.data[s.offset];
    visit(output.shape, strides, (at, [p, q]) => {
      output.data[at] = factor * (a.data[a.offset + p] - b.data[b.offset + q]);
    });
  },
  gradient: ({ dy, inputs: [a, b, s] }, index) => {
    if (index === 2) return reshape(sum(mul(dy, sub(a, b))), s.shape);
    const da = mul(dy, reshape(s, []));
    return index === 0 ? da : neg(da);
  },
};

/**
 * `y = s (a - b)` for two tensors of one shape and a factor, a tensor of one number, in one pass over
 * memory: the gradient of {@linkcode meanSquaredError}.
 *
 * `dy/da = s`, `dy/db = -s`, `dy/ds = a - b`
 *
 * int32 becomes float32. Throws `ShapeError` where the shapes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scaledDifference } from "@neurite/tensor/internal";
 *
 * assertEquals(scaledDifference([3, 5], [1, 9], 0.5).array(), [1, -2]);
 * ```
 */
export const scaledDifference: Primitive<
  [a: TensorLike, b: TensorLike, s: TensorLike],
  undefined
> = primitive(
  op,
  (a: TensorLike, b: TensorLike, s: TensorLike) => {
    const values = [a, b, s], backend = backendOf(...values);
    const inputs = values.map((v) => convert(asTensor(v, backend), v, "float32"));
    const y = apply(op, inputs, undefined);
    inputs.forEach((x, i) => release(x, values[i]));
    return y;
  },
  ([[], [1], [0], [7], [3, 11], [33, 70]] as const).map((shape) => ({
    name: `shape [${shape}]`,
    inputs: [floats(shape, -2, 2), floats(shape, -2, 2), floats([], -2, 2)],
    call: (a: Tensor, b: Tensor, s: Tensor) => scaledDifference(a, b, s),
  })),
);
