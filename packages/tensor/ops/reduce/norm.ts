import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { type AxisOr, withAxis } from "../rules/axis.ts";
import { abs } from "../elementwise/abs.ts";
import { cast } from "../elementwise/cast.ts";
import { equal } from "../elementwise/equal.ts";
import { max } from "./max.ts";
import { type ReduceOptions, reduction } from "../rules/reduction.ts";
import { sqrt } from "../elementwise/sqrt.ts";
import { square } from "../elementwise/square.ts";
import { sum } from "./sum.ts";
import { where } from "../elementwise/where.ts";

/** Which norm, over which axes. */
export interface NormOptions extends ReduceOptions {
  /** The order: 1, 2 or `Infinity`. 2 by default. */
  ord?: 1 | 2 | typeof Infinity;
}

const OPTIONS: Record<keyof NormOptions, true> = { axis: true, keepDims: true, ord: true };

/**
 * The norm of the elements along axes, taken as one vector; over all of them by default. The order
 * `ord` is 2 for `y = sqrt(sum_i x_i^2)` (the default), 1 for `y = sum_i |x_i|`, `Infinity` for
 * `y = max_i |x_i|`.
 *
 * `dy/dx_i = x_i / y` for order 2, `sign(x_i)` for order 1, and for the largest norm the sign of
 * the largest element (shared equally between ties). At the zero vector, where order 2 has no
 * derivative, the gradient is 0.
 *
 * Several axes do not make a matrix norm: the norm of all elements is the Frobenius norm. int32
 * becomes float32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, norm, tensor } from "@neurite/tensor";
 *
 * const x = tensor([[3, -4], [0, 0]]);
 * assertEquals(norm(x).item(), 5);
 * assertEquals(norm(x, { ord: 1, axis: 1 }).array(), [7, 0]);
 * assertEquals(norm(x, { ord: Infinity, axis: 0 }).array(), [3, 4]);
 * assertEquals(grad((x) => norm(x))(tensor([0, 0])).array(), [0, 0]);
 * ```
 */
export const norm: Composite<[x: TensorLike, options?: AxisOr<NormOptions>]> = composite(
  (value: TensorLike, given?: AxisOr<NormOptions>): Tensor => {
    const options = withAxis("take the norm", given, OPTIONS), { ord = 2 } = options;
    const x = cast(value, "float32");
    const attributes = reduction("take the norm", x, options, OPTIONS);
    const over = { axis: attributes.axes, keepDims: attributes.keepDims };
    if (ord === 1) return sum(abs(x), over);
    if (ord === Infinity) return max(abs(x), over);
    if (ord !== 2) {
      throw new RangeError(
        `Cannot take the norm as its order must be 1, 2 or Infinity: current ${ord}`,
      );
    }
    const squares = sum(square(x), over), none = equal(squares, 0);
    // The root is taken of 1 where the sum is 0: its slope there is infinite.
    return where(none, 0, sqrt(where(none, 1, squares)));
  },
  [
    { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => norm(x) },
    {
      name: "rows, kept",
      inputs: [floats([3, 33], -2, 2)],
      call: (x) => norm(x, { axis: -1, keepDims: true }),
    },
    {
      name: "order 1 of columns",
      inputs: [given([3, 2], [0.5, -1, 2, 3, -4, 0.25])],
      call: (x) => norm(x, { ord: 1, axis: 0 }),
    },
    {
      name: "order infinity",
      inputs: [given([2, 3], [0.5, -1, 0.75, 3, -4, 0.25])],
      call: (x) => norm(x, { ord: Infinity, axis: 1 }),
    },
  ],
);
