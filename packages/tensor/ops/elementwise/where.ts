import { asTensor, type TensorLike } from "../../convert.ts";
import {
  apply,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
  type Sample,
} from "../../op.ts";
import { broadcastShapes, broadcastStrides, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { backendOf, operands, release } from "../rules/operands.ts";
import { unbroadcast } from "../rules/unbroadcast.ts";

const op: OpDefinition<undefined> = {
  name: "where",
  shape: ([condition, a, b]) => {
    const choice = broadcastShapes("choose", a.shape, b.shape);
    return { shape: broadcastShapes("choose", condition.shape, choice), dtype: a.dtype };
  },
  reference: (inputs, _, output) => {
    const [condition, a, b] = inputs;
    const strides = inputs.map((x) => broadcastStrides(x.shape, output.shape));
    visit(output.shape, strides, (at, [c, p, q]) => {
      const holds = condition.data[condition.offset + c] !== 0;
      output.data[at] = holds ? a.data[a.offset + p] : b.data[b.offset + q];
    });
  },
  gradient: ({ dy, inputs: [condition, a, b] }, index) => {
    if (index === 0) return undefined;
    return index === 1
      ? unbroadcast(where(condition, dy, 0), a.shape)
      : unbroadcast(where(condition, 0, dy), b.shape);
  },
};

/** Zeros and ones, for conditions. */
const bits = (shape: readonly number[]) => integers(shape, 0, 2);

const call = (x: Tensor, y: Tensor, z: Tensor): Tensor => where(x, y, z);
const sample = (...shapes: readonly (readonly number[])[]): Sample => ({
  name: shapes.map((shape) => `[${shape}]`).join(", "),
  inputs: [bits(shapes[0]), floats(shapes[1], -2, 2), floats(shapes[2], -2, 2)],
  call,
});

/**
 * `a` where the condition is not 0, else `b`, element by element; all three are broadcast. The
 * condition is float32 or int32 (NaN is not 0). The result is int32 if `a` and `b` are, else float32.
 *
 * `dy/da = 1` where the condition is not 0, else 0, and the other way round for `b`; the condition
 * has no gradient.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { greater, where } from "@neurite/tensor";
 *
 * const x = [-1, 2, -3];
 * assertEquals(where(greater(x, 0), x, 0).array(), [0, 2, 0]);
 * ```
 */
export const where: Primitive<[condition: TensorLike, a: TensorLike, b: TensorLike], undefined> =
  primitive(
    op,
    (condition: TensorLike, left: TensorLike, right: TensorLike) => {
      const backend = backendOf(condition, left, right), c = asTensor(condition, backend);
      const [a, b] = operands(left, right, true, backend);
      const y = apply(op, [c, a, b], undefined);
      release(c, condition);
      release(a, left);
      release(b, right);
      return y;
    },
    [
      sample([], [], []),
      sample([0], [0], [0]),
      sample([1025], [1025], [1025]),
      sample([3, 7], [3, 7], []),
      sample([], [3, 7], [3, 7]),
      sample([3, 7], [], []),
      sample([4, 1], [4, 5], [5]),
      sample([3], [2, 1], []),
      sample([1, 7], [5, 1], [2, 5, 7]),
      sample([33, 1], [34], [33, 34]),
      {
        name: "float32 condition",
        inputs: [given([4], [0, -0, 0.5, -1]), floats([4], -2, 2), floats([4], -2, 2)],
        call,
      },
      {
        name: "a subnormal condition",
        inputs: [given([2], [0, 1e-40]), floats([2], -2, 2), floats([2], -2, 2)],
        call,
      },
      {
        name: "int32",
        inputs: [bits([4, 5]), integers([4, 5], -9, 9), integers([5], -9, 9)],
        call,
      },
    ],
  );
