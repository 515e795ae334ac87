import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { cos } from "./cos.ts";
import { div } from "./div.ts";
import { sin } from "./sin.ts";

/**
 * The tangent of an angle in radians, `sin(x) / cos(x)`, element by element, exact to the last digits
 * for large angles too.
 *
 * `dy/dx = 1 / cos(x)^2`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tan } from "@neurite/tensor";
 *
 * assertAlmostEquals(tan(Math.PI / 3).item(), Math.sqrt(3), 1e-6);
 * ```
 */
export const tan: Composite<[x: TensorLike]> = composite(
  (x: TensorLike): Tensor => tidy(() => div(sin(x), cos(x))),
  [
    { name: "angles", inputs: [floats([33], -1.4, 1.4)], call: (x) => tan(x) },
    { name: "one", inputs: [floats([], -1.4, 1.4)], call: (x) => tan(x) },
    { name: "int32", inputs: [integers([5], -9, 9)], call: (x) => tan(x) },
  ],
);
