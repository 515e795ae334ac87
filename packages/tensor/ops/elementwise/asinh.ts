import { add } from "./add.ts";
import { div } from "./div.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { type Unary, unary } from "../rules/elementwise.ts";

/**
 * The inverse of the hyperbolic sine, `asinh(x) = log(x + sqrt(x^2 + 1))`, element by element, to the
 * last digits near 0 too.
 *
 * `dy/dx = 1 / sqrt(x^2 + 1)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { asinh } from "@neurite/tensor";
 *
 * assertAlmostEquals(asinh(1).item(), 0.8813736, 1e-6);
 * ```
 */
export const asinh: Unary = unary({
  name: "asinh",
  reference: Math.asinh,
  gradient: (dy, x) => div(dy, sqrt(add(square(x), 1))),
});
