import { type Binary, binary, type Unary, unary } from "../rules/elementwise.ts";
import { mul } from "./mul.ts";

/**
 * The hyperbolic tangent `tanh(x) = (e^x - e^-x) / (e^x + e^-x)`, element by element.
 *
 * `dy/dx = 1 - tanh(x)^2`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tanh } from "@neurite/tensor";
 *
 * assertAlmostEquals(tanh(1).item(), 0.7615941, 1e-6);
 * ```
 */
export const tanh: Unary = unary({
  name: "tanh",
  reference: Math.tanh,
  gradient: (dy, _x, y) => tanhGradient(dy, y),
});

/**
 * The backward pass of {@linkcode tanh} from its result `y`: `dy (1 - y^2)`, in one pass.
 *
 * By `dy` its derivative is `1 - y^2`, by `y` it is `-2 y dy`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tanhGradient } from "@neurite/tensor/internal";
 *
 * assertEquals(tanhGradient([1, 2], [0, 0.5]).array(), [1, 1.5]);
 * ```
 */
export const tanhGradient: Binary = binary({
  name: "tanhGradient",
  reference: (dy, y) => dy * (1 - y * y),
  gradients: [(d, _dy, y) => tanhGradient(d, y), (d, dy, y) => mul(d, mul(dy, mul(-2, y)))],
  domains: [[-2, 2], [-1, 1]],
});
