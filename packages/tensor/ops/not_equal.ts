import { type Binary, binary } from "./elementwise.ts";

/** notEqual(a, b), element by element. */
export const notEqual: Binary = binary({
  name: "notEqual",
  reference: (a, b) => a !== b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
