import { type Binary, binary } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/** div(a, b), element by element. */
export const div: Binary = binary({
  name: "div",
  reference: (a, b) => a / b,
  gradients: [(dy, _a, b) => div(dy, b), (dy, _a, b, y) => neg(div(mul(dy, y), b))],
  domains: [[-2, 2], [0.5, 2]],
});
