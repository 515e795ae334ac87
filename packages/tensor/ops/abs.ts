import { type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

/** abs(x), element by element. */
export const abs: Unary = unary({
  name: "abs",
  reference: Math.abs,
  gradient: (dy, x) => mul(dy, sign(x)),
});
