/** The largest and the smallest elements and where they are: the same but for a comparison. */
import { asTensor, type TensorLike } from "../../convert.ts";
import {
  apply,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
  type Sample,
} from "../../op.ts";
import { normalizeAxis } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { type AxisOr, withAxis } from "./axis.ts";
import { div } from "../elementwise/div.ts";
import { equal } from "../elementwise/equal.ts";
import { mul } from "../elementwise/mul.ts";
import {
  checkNotEmpty,
  expanded,
  reducedShape,
  type ReduceOptions,
  reduceSpec,
  type Reduction,
  reduction,
  visitReduced,
} from "./reduction.ts";
import { sum } from "../reduce/sum.ts";

/** Which axis to search. */
export interface ArgOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
  /** Whether it stays, with size 1. `false` by default. */
  keepDims?: boolean;
}

const ARG_OPTIONS: Record<keyof ArgOptions, true> = { axis: true, keepDims: true };

/** A reduction to the largest or the smallest element. */
export type Extreme = Primitive<[x: TensorLike, options?: AxisOr<ReduceOptions>], Reduction>;

/** A search for the largest or the smallest element. */
export type ArgExtreme = Primitive<[x: TensorLike, options?: AxisOr<ArgOptions>], Reduction>;

/** Makes `max` or `min` of a function of two numbers; `farthest` are its neutral elements. */
export function extreme(
  name: string,
  pick: (a: number, b: number) => number,
  farthest: { float32: number; int32: number },
): Extreme {
  const op: OpDefinition<Reduction> = {
    name,
    shape: reduceSpec,
    reference: ([x], attributes, { data }) => {
      data.fill(data instanceof Int32Array ? farthest.int32 : farthest.float32);
      visitReduced(x, attributes, (at, value) => data[at] = pick(data[at], value));
    },
    gradient: ({ dy, inputs: [x], output, attributes }) => {
      const ties = equal(x, expanded(output, x, attributes));
      const count = sum(ties, { axis: attributes.axes, keepDims: true });
      return mul(ties, div(expanded(dy, x, attributes), count));
    },
  };
  const call = (value: TensorLike, options?: AxisOr<ReduceOptions>): Tensor => {
    const x = asTensor(value), attributes = reduction(`take the ${name}`, x, options);
    checkNotEmpty(`take the ${name}`, x, attributes);
    return apply(op, [x], attributes);
  };
  return primitive(op, call, [
    { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => call(x) },
    { name: "all of many", inputs: [floats([70, 131], -2, 2)], call: (x) => call(x) },
    {
      name: "two axes apart",
      inputs: [floats([3, 4, 5], -2, 2)],
      call: (x) => call(x, { axis: [0, 2] }),
    },
    {
      name: "middle axis, kept",
      inputs: [floats([2, 7, 21], -2, 2)],
      call: (x) => call(x, { axis: 1, keepDims: true }),
    },
    { name: "long rows", inputs: [floats([2, 4101], -2, 2)], call: (x) => call(x, { axis: 1 }) },
    { name: "columns", inputs: [floats([1650, 11], -2, 2)], call: (x) => call(x, { axis: 0 }) },
    { name: "no elements", inputs: [floats([0, 3], -2, 2)], call: (x) => call(x, { axis: 1 }) },
    { name: "one number", inputs: [floats([], -2, 2)], call: (x) => call(x) },
    { name: "int32", inputs: [integers([3, 4], -9, 9)], call: (x) => call(x, { axis: 1 }) },
  ]);
}

/** Makes `argmax` or `argmin` of a comparison. */
export function argExtreme(
  name: string,
  isBefore: (a: number, b: number) => boolean,
): ArgExtreme {
  const op: OpDefinition<Reduction> = {
    name,
    shape: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: "int32" }),
    reference: ([x], attributes, { data, size }) => {
      const best = new Float64Array(size), seen = new Int32Array(size);
      visitReduced(x, attributes, (at, value) => {
        // The axis is met in its own order, whatever else is met between.
        const position = seen[at]++;
        const firstNaN = Number.isNaN(value) && !Number.isNaN(best[at]);
        if (position > 0 && !firstNaN && !isBefore(value, best[at])) return;
        best[at] = value;
        data[at] = position;
      });
    },
    gradient: { notDifferentiable: "a position is an integer" },
  };
  const call = (value: TensorLike, given?: AxisOr<ArgOptions>): Tensor => {
    const options = withAxis(`take the ${name}`, given, ARG_OPTIONS), x = asTensor(value);
    const axis = normalizeAxis(`take the ${name}`, options.axis ?? -1, x.shape);
    const attributes = { axes: [axis], keepDims: options.keepDims ?? false };
    checkNotEmpty(`take the ${name}`, x, attributes);
    return apply(op, [x], attributes);
  };
  const samples: Sample[] = [[1], [3], [5, 7], [4, 33], [2, 3, 1030]].map((shape) => ({
    name: `rows of shape [${shape}]`,
    inputs: [floats(shape, -2, 2)],
    call: (x) => call(x),
  }));
  return primitive(op, call, [
    ...samples,
    {
      name: "first axis, kept",
      inputs: [floats([9, 3], -2, 2)],
      call: (x) => call(x, { axis: 0, keepDims: true }),
    },
    {
      name: "middle axis",
      inputs: [floats([2, 13, 7], -2, 2)],
      call: (x) => call(x, { axis: -2 }),
    },
    {
      name: "ties and NaN",
      inputs: [given([3, 4], [1, 2, 2, 1, 0, NaN, 9, NaN, -0, 0, 0, -0])],
      call: (x) => call(x),
    },
    { name: "no elements", inputs: [floats([0, 3], -2, 2)], call: (x) => call(x) },
    { name: "int32", inputs: [integers([5, 6], -9, 9)], call: (x) => call(x) },
  ]);
}
