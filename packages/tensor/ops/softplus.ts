import { type Unary, unary } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";

/** softplus(x), element by element. */
export const softplus: Unary = unary({
  name: "softplus",
  reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (dy, x) => mul(dy, sigmoid(x)),
});
