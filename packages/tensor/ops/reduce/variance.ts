import type { TensorLike } from "../../convert.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { sizeOf } from "../../shape.ts";
import { type AxisOr, withAxis } from "../rules/axis.ts";
import { cast } from "../elementwise/cast.ts";
import { mean } from "./mean.ts";
import { mul } from "../elementwise/mul.ts";
import {
  expanded,
  reducedCount,
  type ReduceOptions,
  reduceSpec,
  type Reduction,
  reduction,
  visitReduced,
} from "../rules/reduction.ts";
import { sub } from "../elementwise/sub.ts";

/** Which axes to take the variance over, and how. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * What is taken off the number of elements before dividing: 0 for the variance of a population
   * (the default, as in NumPy and Keras), 1 for the unbiased estimate from a sample.
   */
  correction?: number;
}

const OPTIONS: Record<keyof VarianceOptions, true> = {
  axis: true,
  keepDims: true,
  correction: true,
};

/** The attributes of a variance. */
export interface Variance extends Reduction {
  /** What is taken off the number of elements. */
  readonly correction: number;
}

const op: OpDefinition<Variance> = {
  name: "variance",
  shape: reduceSpec,
  reference: ([x], attributes, { data, size }) => {
    const count = size === 0 ? 0 : sizeOf(x.shape) / size;
    const means = new Float64Array(size), squares = new Float64Array(size);
    visitReduced(x, attributes, (at, value) => means[at] += value / count);
    visitReduced(x, attributes, (at, value) => squares[at] += (value - means[at]) ** 2);
    data.set(squares.map((s) => s / Math.max(0, count - attributes.correction)));
  },
  gradient: ({ dy, inputs: [x], attributes }) => {
    const { axes, correction } = attributes;
    const factor = 2 / Math.max(0, reducedCount(x, attributes) - correction);
    const deviation = sub(x, mean(x, { axis: axes, keepDims: true }));
    return mul(deviation, mul(expanded(dy, x, attributes), factor));
  },
};

/**
 * The variance over axes, `y = sum_i (x_i - m)^2 / (n - correction)` with the mean
 * `m = (1/n) sum_i x_i`; over all axes by default.
 *
 * `dy/dx_i = 2 (x_i - m) / (n - correction)`
 *
 * The default is the variance of a population (`correction: 0`), as in NumPy, Keras and batch
 * normalisation; PyTorch's `var` has `correction: 1` by default. The mean is taken off first, so
 * that a large mean costs no digits. int32 becomes float32. Where `n <= correction` the result is
 * NaN, or infinite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { variance } from "@neurite/tensor";
 *
 * const x = [[1, 2, 3], [4, 4, 10]];
 * assertEquals(variance(x, { axis: 0 }).array(), [2.25, 1, 12.25]);
 * assertEquals(variance(x, { axis: 1, correction: 1 }).array(), [1, 12]);
 * ```
 */
export const variance: Primitive<[x: TensorLike, options?: AxisOr<VarianceOptions>], Variance> =
  primitive(
    op,
    (value: TensorLike, given?: AxisOr<VarianceOptions>) => {
      const options = withAxis("take the variance", given, OPTIONS), { correction = 0 } = options;
      const x = cast(value, "float32");
      if (!(correction >= 0 && correction < Infinity)) {
        throw new RangeError(
          `Cannot take the variance as the correction must be 0 or more: current ${correction}`,
        );
      }
      return apply(op, [x], { ...reduction("take the variance", x, options, OPTIONS), correction });
    },
    [
      { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => variance(x) },
      { name: "all of many", inputs: [floats([70, 131], 9, 11)], call: (x) => variance(x) },
      {
        name: "rows, sample",
        inputs: [floats([3, 37], -2, 2)],
        call: (x) => variance(x, { axis: -1, correction: 1 }),
      },
      {
        name: "columns, kept",
        inputs: [floats([3, 5, 2, 21], -2, 2)],
        call: (x) => variance(x, { axis: [0, 1, 2], keepDims: true }),
      },
      {
        name: "axes apart",
        inputs: [floats([3, 4, 5, 2, 7], -2, 2)],
        call: (x) => variance(x, { axis: [0, 2, 4], correction: 1 }),
      },
      {
        name: "long rows",
        inputs: [floats([2, 4101], -2, 2)],
        call: (x) => variance(x, { axis: 1 }),
      },
      {
        name: "long columns",
        inputs: [floats([1650, 11], -2, 2)],
        call: (x) => variance(x, { axis: 0 }),
      },
      { name: "one number", inputs: [floats([], -2, 2)], call: (x) => variance(x) },
      { name: "int32", inputs: [integers([3, 4], -9, 9)], call: (x) => variance(x, { axis: 1 }) },
    ],
  );
