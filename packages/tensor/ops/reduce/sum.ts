import type { AxisOr } from "../rules/axis.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastTo } from "../shape/broadcast_to.ts";
import {
  expanded,
  type ReduceOptions,
  reduceSpec,
  type Reduction,
  reduction,
  visitReduced,
} from "../rules/reduction.ts";

const op: OpDefinition<Reduction> = {
  name: "sum",
  shape: reduceSpec,
  reference: ([x], attributes, output) => {
    output.data.fill(0);
    visitReduced(x, attributes, (at, value) => output.data[at] += value);
  },
  gradient: ({ dy, inputs: [x], attributes }) => broadcastTo(expanded(dy, x, attributes), x.shape),
};

/**
 * The sum over axes, `y = sum_i x_i`; over all of them by default. The sum of nothing is 0.
 *
 * `dy/dx_i = 1`
 *
 * Long sums are added in f64 in a fixed order, so that ten million numbers of one sign lose no more
 * than the last digit of a float32, and the result is the same for any number of threads. An int32
 * tensor has an int32 sum, which wraps around beyond 2^31.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sum } from "@neurite/tensor";
 *
 * assertEquals(sum([[1, 2], [3, 4]]).item(), 10);
 * assertEquals(sum([[1, 2], [3, 4]], { axis: 0 }).array(), [4, 6]);
 * assertEquals(sum([[1, 2], [3, 4]], { axis: -1, keepDims: true }).array(), [[3], [7]]);
 * ```
 */
export const sum: Primitive<[x: TensorLike, options?: AxisOr<ReduceOptions>], Reduction> =
  primitive(
    op,
    (value: TensorLike, options?: AxisOr<ReduceOptions>) => {
      const x = asTensor(value);
      return apply(op, [x], reduction("sum", x, options));
    },
    [
      { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => sum(x) },
      { name: "all of many", inputs: [floats([70, 131], -2, 2)], call: (x) => sum(x) },
      { name: "last axis", inputs: [floats([3, 37], -2, 2)], call: (x) => sum(x, { axis: -1 }) },
      { name: "first axis", inputs: [floats([37, 13], -2, 2)], call: (x) => sum(x, { axis: 0 }) },
      {
        name: "middle axis, kept",
        inputs: [floats([2, 7, 5], -2, 2)],
        call: (x) => sum(x, { axis: 1, keepDims: true }),
      },
      {
        name: "two axes apart",
        inputs: [floats([3, 4, 5], -2, 2)],
        call: (x) => sum(x, { axis: [0, 2] }),
      },
      {
        name: "axes apart, joined by an axis of size 1",
        inputs: [floats([2, 1, 3, 4, 5], -2, 2)],
        call: (x) => sum(x, { axis: [0, 1, 3], keepDims: true }),
      },
      { name: "long rows", inputs: [floats([2, 4101], -2, 2)], call: (x) => sum(x, { axis: 1 }) },
      {
        name: "long columns",
        inputs: [floats([1650, 11], -2, 2)],
        call: (x) => sum(x, { axis: 0 }),
      },
      {
        name: "many columns",
        inputs: [floats([2, 9, 87], -2, 2)],
        call: (x) => sum(x, { axis: 1 }),
      },
      { name: "three columns", inputs: [floats([9, 3], -2, 2)], call: (x) => sum(x, { axis: 0 }) },
      { name: "no axes", inputs: [floats([2, 3], -2, 2)], call: (x) => sum(x, { axis: [] }) },
      { name: "nothing", inputs: [floats([0, 3], -2, 2)], call: (x) => sum(x, { axis: 0 }) },
      { name: "one number", inputs: [floats([], -2, 2)], call: (x) => sum(x) },
      { name: "int32", inputs: [integers([3, 4], -9, 9)], call: (x) => sum(x, { axis: 1 }) },
    ],
  );
