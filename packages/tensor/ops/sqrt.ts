import { type Unary, unary } from "./elementwise.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";

/** sqrt(x), element by element. */
export const sqrt: Unary = unary({
  name: "sqrt",
  reference: Math.sqrt,
  gradient: (dy, _x, y) => div(mul(dy, 0.5), y),
  domain: [0.1, 4],
});
