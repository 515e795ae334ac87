import { type Binary, binary, type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";

/** relu(x), element by element. */
export const relu: Unary = unary({
  name: "relu",
  reference: (x) => Math.max(x, 0),
  gradient: (dy, _x, y) => reluGradient(dy, y),
});

/** `dy f'(x)` of relu, given `y = f(x)`. */
export const reluGradient: Binary = binary({
  name: "reluGradient",
  reference: (dy, y) => y > 0 ? dy : 0,
  gradients: [(d, _dy, y) => reluGradient(d, y), (d, _dy, _y) => mul(d, 0)],
});
