import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { equal } from "./equal.ts";
import { sub } from "./sub.ts";

/**
 * 1 where a number is neither NaN nor infinite, else 0, element by element. It is a constant to
 * gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isFinite } from "@neurite/tensor";
 *
 * assertEquals(isFinite([1, NaN, -Infinity]).array(), [1, 0, 0]);
 * ```
 */
export const isFinite: Composite<[x: TensorLike]> = composite(
  (x: TensorLike): Tensor => tidy(() => equal(sub(x, x), 0)),
  [
    { name: "some", inputs: [given([4], [1, NaN, Infinity, 3e38])], call: (x) => isFinite(x) },
    { name: "many", inputs: [floats([33], -1, 1)], call: (x) => isFinite(x) },
    { name: "int32", inputs: [integers([5], -9, 9)], call: (x) => isFinite(x) },
  ],
);
