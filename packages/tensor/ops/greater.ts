import { type Binary, binary } from "./elementwise.ts";

/** greater(a, b), element by element. */
export const greater: Binary = binary({
  name: "greater",
  reference: (a, b) => a > b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
