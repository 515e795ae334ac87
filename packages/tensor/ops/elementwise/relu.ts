import { type Binary, binary, type Unary, unary } from "../rules/elementwise.ts";

/**
 * The rectified linear unit `max(x, 0)`, element by element; NaN stays NaN.
 *
 * `dy/dx = 1` where `x > 0`, else 0: at 0 too, as in Keras and PyTorch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { relu } from "@neurite/tensor";
 *
 * assertEquals(relu([-1, 0, 2]).array(), [0, 0, 2]);
 * ```
 */
export const relu: Unary = unary({
  name: "relu",
  reference: (x) => x < 0 ? 0 : x,
  gradient: (dy, _x, y) => reluGradient(dy, y),
});

/**
 * The backward pass of {@linkcode relu} from its result `y`, or its argument: `dy` where `y > 0`,
 * else 0, in one pass.
 *
 * By `dy` its derivative is 1 where `y > 0`, else 0; by `y` it is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reluGradient } from "@neurite/tensor/internal";
 *
 * assertEquals(reluGradient([3, 4], [0, 2]).array(), [0, 4]);
 * ```
 */
export const reluGradient: Binary = binary({
  name: "reluGradient",
  reference: (dy, y) => y > 0 ? dy : 0,
  gradients: [(d, _dy, y) => reluGradient(d, y), () => undefined],
});
