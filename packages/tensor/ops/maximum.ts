import { type Binary, binary } from "./elementwise.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";

/** maximum(a, b), element by element. */
export const maximum: Binary = binary({
  name: "maximum",
  reference: Math.max,
  gradients: [(dy, a, _b, y) => mul(dy, equal(a, y)), (dy, _a, b, y) => mul(dy, equal(b, y))],
  ofIntegers: "int32",
});
