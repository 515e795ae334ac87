import { type Binary, binary, type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/**
 * The logistic function `sigmoid(x) = 1 / (1 + e^-x)`, element by element.
 *
 * `dy/dx = y (1 - y)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { sigmoid } from "@neurite/tensor";
 *
 * assertAlmostEquals(sigmoid(0).item(), 0.5);
 * assertAlmostEquals(sigmoid(2).item(), 0.8807971, 1e-6);
 * ```
 */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  reference: (x) => 1 / (1 + Math.exp(-x)),
  gradient: (dy, _x, y) => sigmoidGradient(dy, y),
});

/**
 * The backward pass of {@linkcode sigmoid} from its result `y`: `dy y (1 - y)`, in one pass.
 *
 * By `dy` its derivative is `y (1 - y)`, by `y` it is `dy (1 - 2 y)`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sigmoidGradient } from "@neurite/tensor/internal";
 *
 * assertEquals(sigmoidGradient([1, 8], [0.5, 0.25]).array(), [0.25, 1.5]);
 * ```
 */
export const sigmoidGradient: Binary = binary({
  name: "sigmoidGradient",
  reference: (dy, y) => dy * y * (1 - y),
  gradients: [
    (d, _dy, y) => sigmoidGradient(d, y),
    (d, dy, y) => mul(d, mul(dy, sub(1, mul(2, y)))),
  ],
  domains: [[-2, 2], [0, 1]],
});
