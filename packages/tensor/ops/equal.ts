import { type Binary, binary } from "./elementwise.ts";

/** equal(a, b), element by element. */
export const equal: Binary = binary({
  name: "equal",
  reference: (a, b) => a === b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
