import { asTensor, rowMajor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import {
  apply,
  type Composite,
  composite,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
} from "../../op.ts";
import { normalizeAxis } from "../../shape.ts";
import { checkOptions } from "../../arguments.ts";
import { tidy } from "../../scope.ts";
import { axisFromEnd, axisToEnd } from "../rules/last_axis.ts";
import type { Tensor } from "../../tensor.ts";
import { takeAlongAxis } from "./take_along_axis.ts";

/** The attributes of {@linkcode topKIndices}. */
export interface Ranking {
  /** How many. */
  readonly k: number;
  /** Whether the largest come first, or the smallest. */
  readonly largest: boolean;
}

const op: OpDefinition<Ranking> = {
  name: "topKIndices",
  shape: ([x], { k }) => ({ shape: [...x.shape.slice(0, -1), k], dtype: "int32" }),
  reference: ([x], { k, largest }, output) => {
    const values = Array.from(rowMajor(x)), n = x.shape[x.shape.length - 1];
    const sign = largest ? 1 : -1;
    for (let row = 0; row * n < values.length; row++) {
      const v = values.slice(row * n, (row + 1) * n);
      // NaN largest; sorting keeps equals in the order of their indices.
      const nan = (i: number) => Number(Number.isNaN(v[i]));
      const order = v.map((_, i) => i).sort((i, j) =>
        sign * (nan(j) - nan(i) || Number(v[j] > v[i]) - Number(v[j] < v[i]))
      );
      for (let j = 0; j < k; j++) output.data[row * k + j] = order[j];
    }
  },
  gradient: { notDifferentiable: "indices do not change smoothly" },
};

/** Throws `ShapeError` unless `k` of the `n` elements of an axis can be had. */
function check(x: Tensor, n: number, k: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= n) return;
  throw new ShapeError(
    "find the largest",
    `their number must be from 1 to the size of the axis, ${n}`,
    [x.shape],
    `k = ${k} for shape [${x.shape.join(", ")}]`,
  );
}

/**
 * The indices of the `k` largest values along the last axis, as int32: the largest first (or, with
 * `largest` false, of the smallest, the smallest first), equal values in the order of their indices. NaN
 * counts as larger than any number.
 *
 * It has no gradient. Throws `ShapeError` unless `k` is from 1 to the size of the axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topKIndices } from "@neurite/tensor/internal";
 *
 * assertEquals(topKIndices([[1, 3, 2], [5, 5, 5]], 2).array(), [[1, 2], [0, 1]]);
 * assertEquals(topKIndices([1, 3, 2], 2, false).array(), [0, 2]);
 * ```
 */
export const topKIndices: Primitive<[x: TensorLike, k: number, largest?: boolean], Ranking> =
  primitive(
    op,
    (value: TensorLike, k: number, largest = true) => {
      const x = asTensor(value);
      check(x, x.shape[x.rank - 1] ?? 0, k);
      return apply(op, [x], { k, largest });
    },
    [
      { name: "three of a row", inputs: [floats([9], -2, 2)], call: (x) => topKIndices(x, 3) },
      { name: "all", inputs: [floats([4, 33], -2, 2)], call: (x) => topKIndices(x, 33) },
      { name: "one of few", inputs: [floats([2, 3, 5], -2, 2)], call: (x) => topKIndices(x, 1) },
      {
        name: "the smallest",
        inputs: [floats([4, 33], -2, 2)],
        call: (x) => topKIndices(x, 9, false),
      },
      {
        name: "NaN and equal ones",
        inputs: [given([2, 5], [1, NaN, -Infinity, 1, NaN, 0, -0, Infinity, NaN, 0])],
        call: (x) => topKIndices(x, 5, false),
      },
      { name: "equal ones", inputs: [integers([3, 20], 0, 4)], call: (x) => topKIndices(x, 7) },
    ],
  );

/** What {@linkcode topK} gives. */
export interface TopK {
  /** The values, in order. */
  values: Tensor;
  /** Their indices on the axis, int32. */
  indices: Tensor;
}

/** Which values {@linkcode topK} looks for, and where. */
export interface TopKOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
  /** Whether the largest are wanted (the default), or the smallest. */
  largest?: boolean;
}

const OPTIONS: Record<keyof TopKOptions, true> = { axis: true, largest: true };

/**
 * The `k` largest values along an axis, the last by default, and their indices: the largest first, equal
 * values in the order of their indices. With `largest: false`, the smallest, the smallest first. NaN
 * counts as larger than any number.
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
 * assertEquals(topK([[5, 1], [2, 4]], 1, { axis: 0, largest: false }).values.array(), [[2, 1]]);
 * ```
 */
export const topK: Composite<[x: TensorLike, k: number, options?: TopKOptions], TopK> = composite(
  (value: TensorLike, k: number, options: TopKOptions = {}): TopK => {
    checkOptions("find the largest", options, OPTIONS);
    return tidy(() => {
      const x = asTensor(value), { axis = -1, largest = true } = options;
      const at = normalizeAxis("find the largest", axis, x.shape);
      check(x, x.shape[at], k);
      const rows = axisToEnd(x, at), indices = apply(op, [rows], { k, largest });
      // Not through the exported function: the indices are known to be good.
      const values = apply(takeAlongAxis.op, [rows, indices], x.rank - 1);
      return { values: axisFromEnd(values, at), indices: axisFromEnd(indices, at) };
    });
  },
  [
    { name: "of rows", inputs: [floats([3, 7], -2, 2)], call: (x) => topK(x, 3).values },
    { name: "of a vector", inputs: [floats([33], -2, 2)], call: (x) => topK(x, 5).values },
    {
      name: "the smallest of columns",
      inputs: [floats([7, 3], -2, 2)],
      call: (x) => topK(x, 4, { axis: 0, largest: false }).values,
    },
    { name: "int32", inputs: [integers([2, 5], -9, 9)], call: (x) => topK(x, 2).values },
  ],
);
