import { div } from "./div.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";

/**
 * The square root, element by element; NaN below 0.
 *
 * `dy/dx = 1 / (2 sqrt(x))`, infinite at 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sqrt } from "@neurite/tensor";
 *
 * assertEquals(sqrt([0, 4, 9]).array(), [0, 2, 3]);
 * ```
 */
export const sqrt: Unary = unary({
  name: "sqrt",
  reference: Math.sqrt,
  gradient: (dy, _x, y) => div(mul(dy, 0.5), y),
  domain: [0.1, 4],
});
