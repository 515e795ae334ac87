import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { maximum } from "./maximum.ts";
import { backendOf } from "../rules/operands.ts";
import { notEqual } from "./not_equal.ts";

/**
 * 1 where one of corresponding elements is true, or both, else 0. What is not 0 counts as true, NaN too, as in
 * NumPy and PyTorch. It is a constant to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { or } from "@neurite/tensor";
 *
 * assertEquals(or([1, 1, 0], [1, 0, 0]).array(), [1, 1, 0]);
 * ```
 */
export const or: Composite<[a: TensorLike, b: TensorLike]> = composite(
  (left: TensorLike, right: TensorLike): Tensor =>
    tidy(() => {
      const backend = backendOf(left, right);
      const [a, b] = [left, right].map((x) => notEqual(asTensor(x, backend), 0));
      return maximum(a, b);
    }),
  [
    {
      name: "of all kinds",
      inputs: [given([2, 2], [0, 2, NaN, -0]), given([2], [0, 0.5])],
      call: (a, b) => or(a, b),
    },
    {
      name: "int32",
      inputs: [integers([3, 5], 0, 2), integers([5], 0, 2)],
      call: (a, b) => or(a, b),
    },
    { name: "numbers", inputs: [floats([33], -1, 1)], call: (x) => or(x, 1) },
  ],
);
