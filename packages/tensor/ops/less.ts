import { type Binary, binary } from "./elementwise.ts";

/** less(a, b), element by element. */
export const less: Binary = binary({
  name: "less",
  reference: (a, b) => a < b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
