import type { TensorLike } from "../../convert.ts";
import { apply, floats, given, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { AxisOr } from "../rules/axis.ts";
import { cast } from "../elementwise/cast.ts";
import { exp } from "../elementwise/exp.ts";
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

const op: OpDefinition<undefined> = {
  name: "logSoftmax",
  shape: ([x]) => x,
  reference: ([x], _, { data }) => {
    eachRow(x, (row, at) => {
      data.set(logProbabilities(row), at);
    });
  },
  gradient: ({ dy, output: y }) => sub(dy, mul(exp(y), sum(dy, { axis: -1, keepDims: true }))),
};

/**
 * The logarithms of the probabilities that `softmax` gives, `y_i = x_i - log sum_j e^(x_j)`, along
 * an axis; along the last one by default.
 *
 * `dy_i/dx_j = [i = j] - softmax(x)_j`, so `dx = dy - softmax(x) sum_j dy_j`
 *
 * Computed without the probabilities themselves, which may be too small for a float32. `-Infinity`
 * stays `-Infinity`. int32 becomes float32.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { logSoftmax } from "@neurite/tensor";
 *
 * assertEquals(logSoftmax([10000, 0, -10000]).array(), [0, -10000, -20000]);
 * assertAlmostEquals(logSoftmax([[1, 1]]).dataSync()[0], -Math.log(2), 1e-6);
 * ```
 */
export const logSoftmax: Primitive<[x: TensorLike, options?: AxisOr<AxisOptions>], undefined> =
  primitive(
    op,
    (value: TensorLike, options?: AxisOr<AxisOptions>) => {
      const x = cast(value, "float32"), axis = axisOf("compute logSoftmax", options, x);
      return axisFromEnd(apply(op, [axisToEnd(x, axis)], undefined), axis);
    },
    [
      { name: "a row", inputs: [floats([5], -4, 4)], call: (x) => logSoftmax(x) },
      { name: "ten classes", inputs: [floats([7, 10], -4, 4)], call: (x) => logSoftmax(x) },
      { name: "rows of 33", inputs: [floats([2, 3, 33], -9, 9)], call: (x) => logSoftmax(x) },
      { name: "many", inputs: [floats([3, 1025], -4, 4)], call: (x) => logSoftmax(x) },
      { name: "one class", inputs: [floats([3, 1], -4, 4)], call: (x) => logSoftmax(x) },
      {
        name: "first axis",
        inputs: [floats([5, 2, 3], -4, 4)],
        call: (x) => logSoftmax(x, { axis: 0 }),
      },
      {
        name: "large numbers",
        inputs: [given([2, 3], [1e4, 1e4 - 1, -1e4, -1e4, -10001, -10003])],
        call: (x) => logSoftmax(x),
      },
      { name: "nothing", inputs: [floats([0, 3], -4, 4)], call: (x) => logSoftmax(x) },
    ],
  );
