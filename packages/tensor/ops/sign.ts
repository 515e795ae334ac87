import { type Unary, unary } from "./elementwise.ts";

/** sign(x), element by element. */
export const sign: Unary = unary({
  name: "sign",
  reference: Math.sign,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
});
