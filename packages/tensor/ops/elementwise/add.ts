import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * The sum `a + b`, element by element, broadcast.
 *
 * `dy/da = 1`, `dy/db = 1`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add } from "@neurite/tensor";
 *
 * assertEquals(add([[1, 2], [3, 4]], [10, 20]).array(), [[11, 22], [13, 24]]);
 * ```
 */
export const add: Binary = binary({
  name: "add",
  reference: (a, b) => a + b,
  gradients: [(dy) => dy, (dy) => dy],
  ofIntegers: "int32",
});
