import { asTensor, type TensorLike } from "../../convert.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import { apply, floats, given, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";

const op: OpDefinition<null> = {
  name: "infinityNorm",
  shape: (xs) => {
    for (const { dtype } of xs) {
      if (dtype === "float32") continue;
      throw new DTypeError(
        `Cannot take the norm as every tensor must be float32: current ${dtype}. Use cast()`,
      );
    }
    return { shape: [], dtype: "float32" };
  },
  reference: (xs, _, output) => {
    let most = 0;
    for (const x of xs) {
      visit(x.shape, [x.stride], (_, [at]) => {
        most = Math.max(most, Math.abs(x.data[x.offset + at])); // NaN, once there is one.
      });
    }
    output.data[output.offset] = most;
  },
  gradient: { notDifferentiable: "it decides about a step: whether its numbers are finite" },
};

/**
 * The largest magnitude among the elements of all tensors together, `max_i |x_i|`; NaN, if there is
 * one. It is finite only where every element is, and costs one pass over memory: by it a step is
 * refused that would make a weight NaN. 0 for no elements at all.
 *
 * Throws `DTypeError` for int32, and `ShapeError` where there is no tensor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { infinityNorm } from "@neurite/tensor/internal";
 *
 * assertEquals(infinityNorm([[[1, -7], [3, 4]], [6]]).item(), 7);
 * assertEquals(infinityNorm([[1, NaN], [Infinity]]).item(), NaN);
 * ```
 */
export const infinityNorm: Primitive<[xs: readonly TensorLike[]], null> = primitive(
  op,
  (xs: readonly TensorLike[]) => {
    if (xs.length === 0) {
      throw new ShapeError("take the norm", "there must be at least one tensor", [], "none");
    }
    const backend = xs.find((x) => x instanceof Tensor)?.backend;
    return apply(op, xs.map((x) => asTensor(x, backend)), null);
  },
  [
    { name: "one", inputs: [floats([3, 4], -2, 2)], call: (x) => infinityNorm([x]) },
    {
      name: "several, of many sizes",
      inputs: [
        floats([37], -2, 2),
        floats([5], -3, 3),
        floats([2, 3, 7], -2, 2),
        floats([], -1, 1),
      ],
      call: (...xs) => infinityNorm(xs),
    },
    { name: "a long one", inputs: [floats([40_001], -2, 2)], call: (x) => infinityNorm([x]) },
    { name: "nothing", inputs: [floats([0], -2, 2)], call: (x) => infinityNorm([x]) },
    {
      name: "negative, infinite",
      inputs: [given([6], [1, 2, 3, 4, 5, -Infinity]), given([1], [-8])],
      call: (x, y) => infinityNorm([x, y]),
    },
    {
      name: "NaN, and an infinite one",
      inputs: [given([5], [Infinity, 2, 3, 4, NaN]), given([1], [-8])],
      call: (x, y) => infinityNorm([x, y]),
    },
  ],
);
