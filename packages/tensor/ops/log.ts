import { type Unary, unary } from "./elementwise.ts";
import { div } from "./div.ts";

/** log(x), element by element. */
export const log: Unary = unary({
  name: "log",
  reference: Math.log,
  gradient: (dy, x) => div(dy, x),
  domain: [0.1, 4],
});
