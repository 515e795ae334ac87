import { add } from "./add.ts";
import { div } from "./div.ts";
import { square } from "./square.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The arc tangent, element by element: the angle from -π/2 to π/2 whose tangent is `x`.
 *
 * `dy/dx = 1 / (1 + x^2)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { atan } from "@neurite/tensor";
 *
 * assertAlmostEquals(atan(1).item(), Math.PI / 4, 1e-6);
 * ```
 */
export const atan: Unary = unary({
  name: "atan",
  reference: Math.atan,
  gradient: (dy, x) => div(dy, add(1, square(x))),
});
