import { checkArray } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { sameShape } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { concat } from "./concat.ts";
import { expandDims } from "./expand_dims.ts";

/**
 * Tensors of one shape side by side, along a new axis at place `axis` of the result.
 *
 * The gradient of each tensor is its part of the gradient. Throws `ShapeError` if shapes differ,
 * `DTypeError` if element types do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stack } from "@neurite/tensor";
 *
 * assertEquals(stack([[1, 2], [3, 4], [5, 6]]).array(), [[1, 2], [3, 4], [5, 6]]);
 * assertEquals(stack([[1, 2], [3, 4], [5, 6]], -1).array(), [[1, 3, 5], [2, 4, 6]]);
 * ```
 */
export const stack: Composite<[xs: readonly TensorLike[], axis?: number]> = composite(
  (xs: readonly TensorLike[], axis = 0): Tensor => {
    checkArray("stack", "the tensors", xs);
    if (xs.length === 0) {
      throw new ShapeError("stack", "there must be at least one tensor", [], "none");
    }
    return tidy(() => {
      const backend = xs.find((x) => x instanceof Tensor)?.backend;
      const parts = xs.map((x) => asTensor(x, backend));
      const other = parts.find((x) => !sameShape(x.shape, parts[0].shape));
      if (other !== undefined) {
        throw new ShapeError("stack", "all tensors must have the same shape", [
          parts[0].shape,
          other.shape,
        ]);
      }
      return concat(parts.map((x) => expandDims(x, axis)), axis);
    });
  },
  [
    {
      name: "rows",
      inputs: [floats([5], -2, 2), floats([5], -2, 2)],
      call: (a, b) => stack([a, b]),
    },
    {
      name: "columns",
      inputs: [floats([3, 4], -2, 2), floats([3, 4], -2, 2), floats([3, 4], -2, 2)],
      call: (a, b, c) => stack([a, b, c], -1),
    },
    {
      name: "steps of a sequence",
      inputs: [floats([2, 7], -2, 2), floats([2, 7], -2, 2)],
      call: (a, b) => stack([a, b, a], 1),
    },
    {
      name: "numbers",
      inputs: [floats([], -2, 2), floats([], -2, 2)],
      call: (a, b) => stack([a, b]),
    },
    {
      name: "int32",
      inputs: [integers([3], -9, 9), integers([3], -9, 9)],
      call: (a, b) => stack([a, b], 1),
    },
  ],
);
