import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { Tensor } from "../../tensor.ts";
import { mul } from "../elementwise/mul.ts";
import { sum } from "../reduce/sum.ts";

/**
 * The dot product of two vectors, `y = sum_i a_i b_i`. For matrices use `matmul`.
 *
 * `dy/da = b`, `dy/db = a`. Throws `ShapeError` unless both are vectors of one length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dot } from "@neurite/tensor";
 *
 * assertEquals(dot([1, 2, 3], [4, 5, 6]).item(), 32);
 * ```
 */
export const dot: Composite<[a: TensorLike, b: TensorLike]> = composite(
  (left: TensorLike, right: TensorLike): Tensor =>
    tidy(() => {
      const backend = [left, right].find((x) => x instanceof Tensor)?.backend;
      const a = asTensor(left, backend), b = asTensor(right, backend);
      if (a.rank !== 1 || b.rank !== 1 || a.size !== b.size) {
        throw new ShapeError("take the dot product", "both must be vectors of one length", [
          a.shape,
          b.shape,
        ]);
      }
      return sum(mul(a, b));
    }),
  [
    {
      name: "vectors",
      inputs: [floats([33], -2, 2), floats([33], -2, 2)],
      call: (a, b) => dot(a, b),
    },
    { name: "with itself", inputs: [floats([5], -2, 2)], call: (a) => dot(a, a) },
  ],
);
