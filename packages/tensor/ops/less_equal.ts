import { type Binary, binary } from "./elementwise.ts";

/** lessEqual(a, b), element by element. */
export const lessEqual: Binary = binary({
  name: "lessEqual",
  reference: (a, b) => a <= b ? 1 : 0,
  gradients: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "float32",
});
