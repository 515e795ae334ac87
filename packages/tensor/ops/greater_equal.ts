import { type Binary, binary } from "./elementwise.ts";

/** greaterEqual(a, b), element by element. */
export const greaterEqual: Binary = binary({
  name: "greaterEqual",
  reference: (a, b) => a >= b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
