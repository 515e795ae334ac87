import type { TensorLike } from "../../convert.ts";
import { apply, floats, given, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { AxisOr } from "../rules/axis.ts";
import { cast } from "../elementwise/cast.ts";
import {
  axisFromEnd,
  axisOf,
  type AxisOptions,
  axisToEnd,
  eachRow,
  logProbabilities,
} from "../rules/last_axis.ts";
import { mul } from "../elementwise/mul.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "../reduce/sum.ts";

export type { AxisOptions };

const op: OpDefinition<undefined> = {
  name: "softmax",
  shape: ([x]) => x,
  reference: ([x], _, { data }) => {
    eachRow(x, (row, at) => {
      data.set(logProbabilities(row).map(Math.exp), at);
    });
  },
  gradient: ({ dy, output: y }) => mul(y, sub(dy, sum(mul(dy, y), { axis: -1, keepDims: true }))),
};

/**
 * Probabilities from any numbers, `y_i = e^(x_i) / sum_j e^(x_j)`, along an axis; along the last
 * one by default.
 *
 * `dy_i/dx_j = y_i ([i = j] - y_j)`, so `dx = y (dy - sum_j dy_j y_j)`
 *
 * The largest number is taken off first: nothing overflows, and `-Infinity` gives exactly 0. Where
 * all numbers are `-Infinity`, or one is `Infinity` or NaN, the result is NaN. int32 becomes
 * float32.
 *
 * For a loss, `softmaxCrossEntropy` takes the numbers before softmax and loses no digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softmax } from "@neurite/tensor";
 *
 * assertEquals(softmax([[1000, 1000], [0, -Infinity]]).array(), [[0.5, 0.5], [1, 0]]);
 * assertEquals(softmax([[3, 5], [3, 5]], { axis: 0 }).array(), [[0.5, 0.5], [0.5, 0.5]]);
 * ```
 */
export const softmax: Primitive<[x: TensorLike, options?: AxisOr<AxisOptions>], undefined> =
  primitive(
    op,
    (value: TensorLike, options?: AxisOr<AxisOptions>) => {
      const x = cast(value, "float32"), axis = axisOf("compute softmax", options, x);
      return axisFromEnd(apply(op, [axisToEnd(x, axis)], undefined), axis);
    },
    [
      { name: "a row", inputs: [floats([5], -4, 4)], call: (x) => softmax(x) },
      { name: "ten classes", inputs: [floats([7, 10], -4, 4)], call: (x) => softmax(x) },
      { name: "rows of 33", inputs: [floats([2, 3, 33], -9, 9)], call: (x) => softmax(x) },
      { name: "many", inputs: [floats([3, 1025], -4, 4)], call: (x) => softmax(x) },
      { name: "one class", inputs: [floats([3, 1], -4, 4)], call: (x) => softmax(x) },
      {
        name: "middle axis",
        inputs: [floats([2, 5, 3], -4, 4)],
        call: (x) => softmax(x, { axis: 1 }),
      },
      {
        name: "large numbers",
        inputs: [given([2, 3], [1e4, 1e4 - 1, -1e4, -1e4, -10001, -10003])],
        call: (x) => softmax(x),
      },
      { name: "nothing", inputs: [floats([0, 3], -4, 4)], call: (x) => softmax(x) },
    ],
  );
