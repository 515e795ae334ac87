import { asTensor, rowMajor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import {
  apply,
  type Composite,
  composite,
  floats,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
} from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { takeAlongAxis } from "./take_along_axis.ts";

const op: OpDefinition<number> = {
  name: "topKIndices",
  shape: ([x], k) => ({ shape: [...x.shape.slice(0, -1), k], dtype: "int32" }),
  reference: ([x], k, output) => {
    const values = Array.from(rowMajor(x)), n = x.shape[x.shape.length - 1];
    for (let row = 0; row * n < values.length; row++) {
      const v = values.slice(row * n, (row + 1) * n);
      // Larger first, NaN largest; sorting keeps equals in the order of their indices.
      const nan = (i: number) => Number(Number.isNaN(v[i]));
      const order = v.map((_, i) => i).sort((i, j) =>
        nan(j) - nan(i) || Number(v[j] > v[i]) - Number(v[j] < v[i])
      );
      for (let j = 0; j < k; j++) output.data[row * k + j] = order[j];
    }
  },
  gradient: { notDifferentiable: "indices do not change smoothly" },
};

/** Throws `ShapeError` unless `k` of the elements of the last axis can be had. */
function check(x: Tensor, k: number): void {
  const n = x.shape[x.rank - 1] ?? 0;
  if (Number.isInteger(k) && k >= 1 && k <= n) return;
  throw new ShapeError(
    "find the largest",
    `their number must be from 1 to the size of the last axis, ${n}`,
    [x.shape],
    `k = ${k} for shape [${x.shape.join(", ")}]`,
  );
}

/**
 * The indices of the `k` largest values along the last axis, as int32: the largest first, equal
 * values in the order of their indices. NaN counts as larger than any number.
 *
 * It has no gradient. Throws `ShapeError` unless `k` is from 1 to the size of the axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topKIndices } from "@neurite/tensor/internal";
 *
 * assertEquals(topKIndices([[1, 3, 2], [5, 5, 5]], 2).array(), [[1, 2], [0, 1]]);
 * ```
 */
export const topKIndices: Primitive<[x: TensorLike, k: number], number> = primitive(
  op,
  (value: TensorLike, k: number) => {
    const x = asTensor(value);
    check(x, k);
    return apply(op, [x], k);
  },
  [
    { name: "three of a row", inputs: [floats([9], -2, 2)], call: (x) => topKIndices(x, 3) },
    { name: "all", inputs: [floats([4, 33], -2, 2)], call: (x) => topKIndices(x, 33) },
    { name: "one of few", inputs: [floats([2, 3, 5], -2, 2)], call: (x) => topKIndices(x, 1) },
    { name: "equal ones", inputs: [integers([3, 20], 0, 4)], call: (x) => topKIndices(x, 7) },
  ],
);

/** What {@linkcode topK} gives. */
export interface TopK {
  /** The largest values, in order. */
  values: Tensor;
  /** Their indices on the last axis, int32. */
  indices: Tensor;
}

/**
 * The `k` largest values along the last axis and their indices: the largest first, equal values in
 * the order of their indices. NaN counts as larger than any number.
 *
 * `dvalues/dx` is 1 at the places of the values, 0 elsewhere; the indices have no gradient. Throws
 * `ShapeError` unless `k` is from 1 to the size of the axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topK } from "@neurite/tensor";
 *
 * const { values, indices } = topK([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], 2);
 * assertEquals(indices.array(), [[1, 2], [0, 1]]);
 * assertEquals(values.shape, [2, 2]);
 * ```
 */
export const topK: Composite<[x: TensorLike, k: number], TopK> = composite(
  (value: TensorLike, k: number): TopK => {
    const x = asTensor(value), indices = topKIndices(x, k);
    // Not through the exported function: the indices are known to be good.
    return { values: apply(takeAlongAxis.op, [x, indices], x.rank - 1), indices };
  },
  [
    { name: "of rows", inputs: [floats([3, 7], -2, 2)], call: (x) => topK(x, 3).values },
    { name: "of a vector", inputs: [floats([33], -2, 2)], call: (x) => topK(x, 5).values },
    { name: "int32", inputs: [integers([2, 5], -9, 9)], call: (x) => topK(x, 2).values },
  ],
);
