import { type Binary, binary } from "./elementwise.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";

/** minimum(a, b), element by element. */
export const minimum: Binary = binary({
  name: "minimum",
  reference: Math.min,
  gradients: [(dy, a, _b, y) => mul(dy, equal(a, y)), (dy, _a, b, y) => mul(dy, equal(b, y))],
  ofIntegers: "int32",
});
