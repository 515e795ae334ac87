import { asTensor, type TensorLike } from "../../convert.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { normalizeAxis, sizeOf } from "../../shape.ts";
import { type AxisOr, withAxis } from "../rules/axis.ts";
import { visitReduced } from "../rules/reduction.ts";

/** How running sums are taken. */
export interface CumsumOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
  /** Whether each sum leaves out the element at its own place. `false` by default. */
  exclusive?: boolean;
  /** Whether sums run from the end. `false` by default. */
  reverse?: boolean;
}

const OPTIONS: Record<keyof CumsumOptions, true> = { axis: true, exclusive: true, reverse: true };

/** The attributes of running sums. */
export interface Cumulation {
  /** The axis, counted from the front. */
  readonly axis: number;
  /** Whether the element itself is left out. */
  readonly exclusive: boolean;
  /** Whether sums run from the end. */
  readonly reverse: boolean;
}

const op: OpDefinition<Cumulation> = {
  name: "cumsum",
  shape: ([x]) => x,
  reference: ([x], { axis, exclusive, reverse }, { data }) => {
    const n = x.shape[axis], inner = sizeOf(x.shape.slice(axis + 1));
    const columns = n === 0 ? 0 : sizeOf(x.shape) / n;
    const sums = new Float64Array(columns), seen = new Int32Array(columns);
    // A view that runs backwards along the axis; the rest is the same.
    const source = reverse ? x.step(...x.shape.map((_, i) => i === axis ? -1 : 1)) : x;
    visitReduced(source, { axes: [axis], keepDims: false }, (column, value) => {
      const position = reverse ? n - 1 - seen[column]++ : seen[column]++;
      const at = (Math.floor(column / inner) * n + position) * inner + column % inner;
      if (exclusive) data[at] = sums[column];
      sums[column] += value;
      if (!exclusive) data[at] = sums[column];
    });
  },
  gradient: ({ dy, attributes }) => cumsum(dy, { ...attributes, reverse: !attributes.reverse }),
};

/**
 * Running sums along an axis, `y_i = sum_{j <= i} x_j`; along the last one by default. `exclusive`
 * leaves `x_i` itself out, `reverse` runs from the end.
 *
 * The gradient is the running sum of the result's gradient from the other end.
 *
 * Unlike NumPy's, it does not flatten where no axis is given. int32 stays int32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cumsum } from "@neurite/tensor";
 *
 * assertEquals(cumsum([1, 2, 3]).array(), [1, 3, 6]);
 * assertEquals(cumsum([1, 2, 3], { exclusive: true }).array(), [0, 1, 3]);
 * assertEquals(cumsum([1, 2, 3], { reverse: true }).array(), [6, 5, 3]);
 * assertEquals(cumsum([[1, 2], [3, 4]], { axis: 0 }).array(), [[1, 2], [4, 6]]);
 * ```
 */
export const cumsum: Primitive<[x: TensorLike, options?: AxisOr<CumsumOptions>], Cumulation> =
  primitive(
    op,
    (value: TensorLike, given?: AxisOr<CumsumOptions>) => {
      const options = withAxis("take running sums", given, OPTIONS), x = asTensor(value);
      const { exclusive = false, reverse = false } = options;
      return apply(op, [x], {
        axis: normalizeAxis("take running sums", options.axis ?? -1, x.shape),
        exclusive,
        reverse,
      });
    },
    [
      { name: "a row", inputs: [floats([7], -2, 2)], call: (x) => cumsum(x) },
      {
        name: "rows, exclusive",
        inputs: [floats([3, 33], -2, 2)],
        call: (x) => cumsum(x, { exclusive: true }),
      },
      {
        name: "columns, reversed",
        inputs: [floats([5, 3], -2, 2)],
        call: (x) => cumsum(x, { axis: 0, reverse: true }),
      },
      {
        name: "in the middle, both",
        inputs: [floats([2, 5, 3], -2, 2)],
        call: (x) => cumsum(x, { axis: 1, exclusive: true, reverse: true }),
      },
      { name: "nothing", inputs: [floats([3, 0], -2, 2)], call: (x) => cumsum(x) },
      { name: "int32", inputs: [integers([3, 5], -9, 9)], call: (x) => cumsum(x, { axis: 0 }) },
    ],
  );
