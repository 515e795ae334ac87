import { type Binary, binary } from "../rules/elementwise.ts";

/**
 * The product `a b`, element by element, broadcast. The product of matrices is `matmul`.
 *
 * `dy/da = b`, `dy/db = a`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mul } from "@neurite/tensor";
 *
 * assertEquals(mul([1, 2, 3], [4, 5, 6]).array(), [4, 10, 18]);
 * ```
 */
export const mul: Binary = binary({
  name: "mul",
  reference: (a, b) => a * b,
  gradients: [(dy, _a, b) => mul(dy, b), (dy, a) => mul(dy, a)],
  ofIntegers: "int32",
  integerReference: Math.imul,
});
