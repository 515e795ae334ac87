/** Operators that reduce axes, or work along one. */
import {
  abs,
  argmax,
  argmin,
  cumsum,
  div,
  equal,
  expandDims,
  flip,
  full,
  log,
  logSoftmax,
  logsumexp,
  max,
  mean,
  min,
  prod,
  range,
  type ReduceOptions,
  reshape,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  topK,
  where,
} from "@neurite/tensor";
import { type ElementName, isFloat } from "../../proto/elements.ts";
import {
  type Call,
  type Made,
  type Operator,
  type Operators,
  typed,
  unsupported,
} from "../call.ts";

type Reduce = (x: Tensor, options: ReduceOptions) => Tensor;

/** A reduction; `empty` is what comes of no elements. */
function reduction(f: Reduce, empty: number, before: (x: Tensor) => Tensor = (x) => x): Operator {
  return {
    attributes: ["axes", "keepdims", "noop_with_empty_axes"],
    run: (call) => {
      const given = call.listOf("axes", 1), rank = call.shape(0).length, x = call.tensor(0);
      const none = given === undefined || given.length === 0;
      if (none && call.attributes.int("noop_with_empty_axes", 0) === 1) {
        return ofType(call, before(x));
      }
      const axis = none ? x.shape.map((_, i) => i) : given.map((n) => call.axis(n, rank));
      const keepDims = call.attributes.int("keepdims", 1) === 1;
      if (axis.length === 0) return ofType(call, before(x));
      if (axis.every((i) => x.shape[i] > 0)) return ofType(call, f(before(x), { axis, keepDims }));
      const sizes = x.shape.map((n, i) => axis.includes(i) ? 1 : n);
      const shape = keepDims ? sizes : sizes.filter((_, i) => !axis.includes(i));
      return full(shape, leastOf(call.type(0), empty), x.dtype);
    },
  };
}

/** A number, or the nearest to it that an element type has. */
function leastOf(type: ElementName, value: number): number {
  if (isFloat(type)) return value;
  const [least, most] = type === "bool" ? [0, 1] : [-(2 ** 31), 2 ** 31 - 1];
  return Math.max(least, Math.min(value, most));
}

/** A result in the element type of the first input: integers stay integers. */
function ofType(call: Call, x: Tensor): Made {
  return typed(x, call.type(0));
}

function extremePlace(find: typeof argmax): Operator {
  return {
    attributes: ["axis", "keepdims", "select_last_index"],
    run: (call) => {
      const x = call.tensor(0), axis = call.axis(call.attributes.int("axis", 0), x.rank);
      const keepDims = call.attributes.int("keepdims", 1) === 1;
      const last = call.attributes.int("select_last_index", 0) === 1;
      const at = find(last ? flip(x, axis) : x, { axis });
      const found = last ? sub(x.shape[axis] - 1, at) : at;
      return { tensor: keepDims ? expandDims(found, axis) : found, type: "int64" };
    },
  };
}

/**
 * A function along one axis. Before version 13, all axes from this one on are taken as one, and the
 * default is axis 1.
 */
function along(f: (x: Tensor, axis: number) => Tensor): Operator {
  return {
    attributes: ["axis"],
    run: (call) => {
      const x = call.tensor(0), old = call.opset < 13;
      const axis = call.axis(call.attributes.int("axis", old ? 1 : -1), Math.max(1, x.rank));
      if (!old) return f(x, axis);
      const rows = x.shape.slice(0, axis).reduce((product, n) => product * n, 1);
      return reshape(f(reshape(x, [rows, rows === 0 ? 0 : x.size / rows]), 1), x.shape);
    },
  };
}

/** 1 at the first of the largest numbers, 0 elsewhere. */
function hardmax(x: Tensor, axis: number): Tensor {
  const shape = x.shape.map((_, i) => i === axis ? x.shape[axis] : 1);
  const places = reshape(range(0, x.shape[axis], 1, "int32"), shape);
  return equal(places, expandDims(argmax(x, { axis }), axis));
}

/** The operators of this file. */
export const reductions: Operators = {
  ReduceL1: reduction(sum, 0, abs),
  ReduceL2: reduction((x, options) => sqrt(sum(x, options)), 0, square),
  ReduceLogSum: reduction((x, options) => log(sum(x, options)), -Infinity),
  ReduceLogSumExp: reduction(logsumexp, -Infinity),
  ReduceMax: reduction(max, -Infinity),
  ReduceMean: reduction(mean, NaN),
  ReduceMin: reduction(min, Infinity),
  ReduceProd: reduction(prod, 1),
  ReduceSum: reduction(sum, 0),
  ReduceSumSquare: reduction(sum, 0, square),
  ArgMax: extremePlace(argmax),
  ArgMin: extremePlace(argmin),
  Softmax: along((x, axis) => softmax(x, { axis })),
  LogSoftmax: along((x, axis) => logSoftmax(x, { axis })),
  Hardmax: along(hardmax),
  CumSum: {
    attributes: ["exclusive", "reverse"],
    run: (call) => {
      const x = call.tensor(0), axis = call.axis(call.number(1, 0), x.rank);
      return cumsum(x, {
        axis,
        exclusive: call.attributes.int("exclusive", 0) === 1,
        reverse: call.attributes.int("reverse", 0) === 1,
      });
    },
  },
  TopK: {
    attributes: ["k", "axis", "largest", "sorted"],
    run: (call) => {
      const x = call.tensor(0), axis = call.axis(call.attributes.int("axis", -1), x.rank);
      const k = call.attributes.has("k") ? call.attributes.int("k", 1) : call.number(1, 1);
      const { values, indices } = topK(x, k, {
        axis,
        largest: call.attributes.int("largest", 1) === 1,
      });
      return [values, { tensor: indices, type: "int64" }];
    },
  },
  LpNormalization: {
    attributes: ["axis", "p"],
    run: (call) => {
      const x = call.tensor(0), axis = call.axis(call.attributes.int("axis", -1), x.rank);
      const p = call.attributes.int("p", 2), options = { axis, keepDims: true };
      if (p !== 1 && p !== 2) unsupported(`LpNormalization of order ${p}`);
      const length = p === 1 ? sum(abs(x), options) : sqrt(sum(square(x), options));
      return div(x, where(equal(length, 0), 1, length)); // A vector of zeros stays one.
    },
  },
};
