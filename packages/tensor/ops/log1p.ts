import { type Unary, unary } from "./elementwise.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";

/** log1p(x), element by element. */
export const log1p: Unary = unary({
  name: "log1p",
  reference: Math.log1p,
  gradient: (dy, x) => div(dy, add(x, 1)),
});
