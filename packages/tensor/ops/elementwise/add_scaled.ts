import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import { rowMajorStrides, sameShape, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "./mul.ts";

const op: OpDefinition<number> = {
  name: "addScaled",
  shape: ([a, b]) => {
    if (a.dtype !== "float32" || b.dtype !== "float32") {
      throw new DTypeError(
        `Cannot add a multiple as both must be float32: current ${a.dtype} and ${b.dtype}`,
      );
    }
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError("add a multiple", "both must have one shape", [a.shape, b.shape]);
    }
    return { shape: a.shape, dtype: "float32" };
  },
  reference: ([a, b], s, output) => {
    const strides = rowMajorStrides(output.shape);
    visit(output.shape, [strides], (at, [from]) => {
      output.data[at] = a.data[a.offset + from] + s * b.data[b.offset + from];
    });
  },
  gradient: ({ dy, attributes: s }, index) => index === 0 ? dy : mul(dy, s),
};

/**
 * `a + s b` for two float32 tensors of one shape and a number `s`: the step of gradient descent,
 * `w - η ∇C`, in one pass over memory (BLAS calls it axpy).
 *
 * `dy/da = 1`, `dy/db = s`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addScaled, tensor } from "@neurite/tensor";
 *
 * assertEquals(addScaled(tensor([1, 2]), tensor([10, 20]), -0.5).array(), [-4, -8]);
 * ```
 */
export const addScaled: Primitive<[a: Tensor, b: Tensor, s: number], number> = primitive(
  op,
  (a: Tensor, b: Tensor, s: number) => apply(op, [a, b], s),
  [
    {
      name: "two vectors",
      inputs: [floats([37], -2, 2), floats([37], -2, 2)],
      call: (a, b) => addScaled(a, b, -0.25),
    },
    {
      name: "two matrices",
      inputs: [floats([70, 130], -2, 2), floats([70, 130], -2, 2)],
      call: (a, b) => addScaled(a, b, 0.5),
    },
  ],
);
