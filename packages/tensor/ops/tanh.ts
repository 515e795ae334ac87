import { type Binary, binary, type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";

/** tanh(x), element by element. */
export const tanh: Unary = unary({
  name: "tanh",
  reference: Math.tanh,
  gradient: (dy, _x, y) => tanhGradient(dy, y),
});

/** `dy f'(x)` of tanh, given `y = f(x)`. */
export const tanhGradient: Binary = binary({
  name: "tanhGradient",
  reference: (dy, y) => dy * (1 - y * y),
  gradients: [(d, _dy, y) => tanhGradient(d, y), (d, dy, y) => mul(d, mul(dy, mul(-2, y)))],
});
