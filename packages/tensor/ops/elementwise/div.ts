import { type Binary, binary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/**
 * The quotient `a / b`, element by element, broadcast. It is float32 for int32 operands too.
 *
 * `dy/da = 1 / b`, `dy/db = -a / b^2`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { div } from "@neurite/tensor";
 *
 * assertEquals(div([[1, 2], [3, 4]], [2, 4]).array(), [[0.5, 0.5], [1.5, 1]]);
 * ```
 */
export const div: Binary = binary({
  name: "div",
  reference: (a, b) => a / b,
  gradients: [(dy, _a, b) => div(dy, b), (dy, _a, b, y) => neg(div(mul(dy, y), b))],
  domains: [[-2, 2], [0.5, 2]],
});
