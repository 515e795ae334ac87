import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { Tensor } from "../../tensor.ts";
import { mul } from "../elementwise/mul.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * The outer product of two vectors, the matrix `y_ij = a_i b_j`.
 *
 * Throws `ShapeError` unless both are vectors.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outer } from "@neurite/tensor";
 *
 * assertEquals(outer([1, 2], [3, 4, 5]).array(), [[3, 4, 5], [6, 8, 10]]);
 * ```
 */
export const outer: Composite<[a: TensorLike, b: TensorLike]> = composite(
  (left: TensorLike, right: TensorLike): Tensor =>
    tidy(() => {
      const backend = [left, right].find((x) => x instanceof Tensor)?.backend;
      const a = asTensor(left, backend), b = asTensor(right, backend);
      if (a.rank !== 1 || b.rank !== 1) {
        throw new ShapeError("take the outer product", "both must be vectors", [a.shape, b.shape]);
      }
      return mul(reshape(a, [-1, 1]), b);
    }),
  [
    {
      name: "vectors",
      inputs: [floats([5], -2, 2), floats([7], -2, 2)],
      call: (a, b) => outer(a, b),
    },
    { name: "with itself", inputs: [floats([3], -2, 2)], call: (a) => outer(a, a) },
  ],
);
