import { type Binary, binary, type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/** sigmoid(x), element by element. */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  reference: (x) => 1 / (1 + Math.exp(-x)),
  gradient: (dy, _x, y) => sigmoidGradient(dy, y),
});

/** `dy f'(x)` of sigmoid, given `y = f(x)`. */
export const sigmoidGradient: Binary = binary({
  name: "sigmoidGradient",
  reference: (dy, y) => dy * y * (1 - y),
  gradients: [(d, _dy, y) => sigmoidGradient(d, y), (d, dy, y) => mul(d, mul(dy, sub(1, mul(2, y))))],
});
