import { type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";

/** exp(x), element by element. */
export const exp: Unary = unary({
  name: "exp",
  reference: Math.exp,
  gradient: (dy, _x, y) => mul(dy, y),
});
