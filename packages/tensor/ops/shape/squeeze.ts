import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { normalizeAxes } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * Axes of size 1 left out: those that are named, or all of them. Throws `ShapeError` if a named axis
 * has another size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { squeeze } from "@neurite/tensor";
 *
 * assertEquals(squeeze([[[1], [2]]]).array(), [1, 2]);
 * assertEquals(squeeze([[[1], [2]]], 0).array(), [[1], [2]]);
 * ```
 */
export const squeeze: Composite<[x: TensorLike, axis?: number | readonly number[]]> = composite(
  (value: TensorLike, axis?: number | readonly number[]): Tensor => {
    const x = asTensor(value);
    const axes = normalizeAxes("squeeze", axis, x.shape)
      .filter((i) => axis !== undefined || x.shape[i] === 1);
    const wrong = axes.find((i) => x.shape[i] !== 1);
    if (wrong !== undefined) {
      throw new ShapeError(
        "squeeze",
        "only axes of size 1 can be left out",
        [x.shape],
        `axis ${wrong} of shape [${x.shape.join(", ")}]`,
      );
    }
    return reshape(x, x.shape.filter((_, i) => !axes.includes(i)));
  },
  [
    { name: "all", inputs: [floats([1, 3, 1, 5], -2, 2)], call: (x) => squeeze(x) },
    { name: "the last", inputs: [floats([1, 3, 1], -2, 2)], call: (x) => squeeze(x, -1) },
    { name: "one number", inputs: [floats([1, 1], -2, 2)], call: (x) => squeeze(x, [0, 1]) },
  ],
);
