import { type Unary, unary } from "./elementwise.ts";

/** step(x), element by element. */
export const step: Unary = unary({
  name: "step",
  reference: (x) => x >= 0 ? 1 : 0,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
});
