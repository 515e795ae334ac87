import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * All values as a vector, in row-major order. (Keras's layer of this name keeps the batch apart:
 * that is `reshape(x, [batch, -1])`.)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flatten } from "@neurite/tensor";
 *
 * assertEquals(flatten([[1, 2], [3, 4]]).array(), [1, 2, 3, 4]);
 * ```
 */
export const flatten: Composite<[x: TensorLike]> = composite(
  (x: TensorLike): Tensor => reshape(x, [-1]),
  [
    { name: "images", inputs: [floats([2, 3, 5], -2, 2)], call: (x) => flatten(x) },
    { name: "a number", inputs: [floats([], -2, 2)], call: (x) => flatten(x) },
    { name: "nothing", inputs: [floats([3, 0], -2, 2)], call: (x) => flatten(x) },
  ],
);
