import { asTensor, type TensorLike } from "../convert.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../op.ts";
import { broadcastTo } from "./broadcast_to.ts";
import {
  reducedShape,
  type ReduceOptions,
  reduceSpec,
  type Reduction,
  reduction,
  visitReduced,
} from "./reduction.ts";
import { reshape } from "./reshape.ts";

const op: OpDefinition<Reduction> = {
  name: "sum",
  shape: reduceSpec,
  reference: ([x], attributes, output) => {
    output.data.fill(0);
    visitReduced(x, attributes, (at, value) => output.data[at] += value);
  },
  gradient: ({ dy, inputs: [x], attributes }) =>
    broadcastTo(reshape(dy, reducedShape(x.shape, { ...attributes, keepDims: true })), x.shape),
};

/**
 * The sum over axes, `y = sum_i x_i`; over all of them by default.
 *
 * `dy/dx_i = 1`
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
export const sum: Primitive<[x: TensorLike, options?: ReduceOptions], Reduction> = primitive(
  op,
  (value: TensorLike, options?: ReduceOptions) => {
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
    { name: "nothing", inputs: [floats([0, 3], -2, 2)], call: (x) => sum(x, { axis: 0 }) },
    { name: "one number", inputs: [floats([], -2, 2)], call: (x) => sum(x) },
    { name: "int32", inputs: [integers([3, 4], -9, 9)], call: (x) => sum(x, { axis: 1 }) },
  ],
);
