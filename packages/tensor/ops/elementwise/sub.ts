import { type Binary, binary } from "../rules/elementwise.ts";
import { neg } from "./neg.ts";

/**
 * The difference `a - b`, element by element, broadcast.
 *
 * `dy/da = 1`, `dy/db = -1`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sub } from "@neurite/tensor";
 *
 * assertEquals(sub([5, 7], 2).array(), [3, 5]);
 * ```
 */
export const sub: Binary = binary({
  name: "sub",
  reference: (a, b) => a - b,
  gradients: [(dy) => dy, (dy) => neg(dy)],
  ofIntegers: "int32",
});
