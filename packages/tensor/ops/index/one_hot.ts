import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { apply, given, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { checkShape, visit } from "../../shape.ts";
import { withIndices } from "../rules/indices.ts";

/** The values that {@linkcode oneHot} writes. */
export interface OneHotOptions {
  /** The value at the index. 1 by default. */
  on?: number;
  /** The value everywhere else. 0 by default. */
  off?: number;
}

const OPTIONS: Record<keyof OneHotOptions, true> = { on: true, off: true };

/** The attributes of {@linkcode oneHot}. */
export interface OneHot {
  /** The size of the new axis. */
  readonly depth: number;
  /** The value at the index. */
  readonly on: number;
  /** The value everywhere else. */
  readonly off: number;
}

const op: OpDefinition<OneHot> = {
  name: "oneHot",
  shape: ([indices], { depth }) => ({ shape: [...indices.shape, depth], dtype: "float32" }),
  reference: ([indices], { depth, on, off }, output) => {
    output.data.fill(off);
    visit(indices.shape, [indices.stride], (at, [which]) => {
      output.data[at * depth + indices.data[indices.offset + which]] = on;
    });
  },
  gradient: { notDifferentiable: "indices do not change smoothly" },
};

/**
 * Classes as vectors: each index becomes a vector of `depth` numbers, 1 at the index and 0 elsewhere
 * (or `on` and `off`). The result is float32, of shape `indices.shape + [depth]`.
 *
 * It has no gradient. Throws `DTypeError` for a tensor that is not int32, and `RangeError`, before
 * anything is computed, if an index is negative or not below `depth`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { oneHot } from "@neurite/tensor";
 *
 * assertEquals(oneHot([2, 0], 3).array(), [[0, 0, 1], [1, 0, 0]]);
 * assertEquals(oneHot(1, 2, { on: 0.75, off: 0.25 }).array(), [0.25, 0.75]);
 * ```
 */
export const oneHot: Primitive<
  [indices: TensorLike, depth: number, options?: OneHotOptions],
  OneHot
> = primitive(
  op,
  (indices: TensorLike, depth: number, options: OneHotOptions = {}) => {
    checkOptions("make vectors of classes", options, OPTIONS);
    const { on = 1, off = 0 } = options;
    checkShape("make vectors of classes", [depth]);
    return withIndices(
      "make vectors of classes",
      indices,
      depth,
      undefined,
      (i) => apply(op, [i], { depth, on, off }),
    );
  },
  [
    { name: "labels", inputs: [integers([7], 0, 5)], call: (i) => oneHot(i, 5) },
    { name: "many labels", inputs: [integers([131], 0, 67)], call: (i) => oneHot(i, 67) },
    {
      name: "smoothed, in a matrix",
      inputs: [integers([3, 4], 0, 3)],
      call: (i) => oneHot(i, 3, { on: 0.875, off: 0.0625 }),
    },
    { name: "one", inputs: [integers([], 0, 4)], call: (i) => oneHot(i, 4) },
    { name: "none", inputs: [given([0], [], "int32")], call: (i) => oneHot(i, 4) },
  ],
);
