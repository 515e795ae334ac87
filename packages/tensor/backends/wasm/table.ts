/** How the wasm backend runs each operation: an exhaustive table. */
import type { OpDefinition, Primitive } from "../../op.ts";
import type * as operations from "../../ops/mod.ts";
import type { KernelName } from "./module.ts";
import { cast } from "./runners/cast.ts";
import * as copy from "./runners/copy.ts";
import { binaryRunner, unaryRunner } from "./runners/elementwise.ts";
import * as index from "./runners/index.ts";
import { matmul } from "./runners/matmul.ts";
import { argRunner, cumsum, foldRunner, variance } from "./runners/reduce.ts";
import type { Entry } from "./runners/runner.ts";
import { where } from "./runners/select.ts";
import { crossEntropyRunner, rowsRunner } from "./runners/softmax.ts";
import { addScaled } from "./runners/update.ts";
import { reshape } from "./runners/views.ts";

type Operations = typeof operations;

/** The operations with kernels of their own, and their attributes. */
type Attributes = {
  [
    K in keyof Operations as Operations[K] extends { elementwise: 1 | 2 } ? never
      : Operations[K] extends { op: unknown } ? K
      : never
  ]: Operations[K] extends Primitive<infer _, infer A> ? A : never;
};

/** The operations on corresponding elements, which have kernels of the same name. */
type ElementwiseName = {
  [K in keyof Operations]: Operations[K] extends { elementwise: 1 | 2 } ? K : never;
}[keyof Operations];
type BinaryName = {
  [K in keyof Operations]: Operations[K] extends { elementwise: 2 } ? K : never;
}[keyof Operations];

/** Fails the type check where an operation on corresponding elements lacks a kernel. */
type Missing = Exclude<ElementwiseName | `${BinaryName}Rows`, KernelName>;
const complete: [Missing] extends [never] ? true : Missing = true;

const INTEGERS = { viaReference: "whole numbers are labels, indices and counts: few of them" };

/** Everything that is not an operation on corresponding elements. */
const TABLE: { readonly [K in keyof Attributes]: Entry<Attributes[K]> } = {
  addAlongAxis: { float32: index.addAlongAxis, int32: INTEGERS },
  addScaled,
  argmax: { float32: argRunner("argmax"), int32: INTEGERS },
  argmin: { float32: argRunner("argmin"), int32: INTEGERS },
  broadcastTo: copy.broadcastTo,
  cast,
  concat: copy.concat,
  cumsum: { float32: cumsum, int32: INTEGERS },
  gather: index.gather,
  logSoftmax: rowsRunner("logSoftmax"),
  matmul,
  max: { float32: foldRunner("max", -Infinity), int32: INTEGERS },
  min: { float32: foldRunner("min", Infinity), int32: INTEGERS },
  oneHot: index.oneHot,
  pad: copy.pad,
  reshape,
  scatterAdd: { float32: index.scatterAdd, int32: INTEGERS },
  softmax: rowsRunner("softmax"),
  softmaxCrossEntropy: {
    float32: crossEntropyRunner("softmaxCrossEntropy"),
    int32: crossEntropyRunner("classCrossEntropy"),
  },
  stridedSlice: copy.stridedSlice,
  sum: { float32: foldRunner("sum", 0), int32: INTEGERS },
  takeAlongAxis: index.takeAlongAxis,
  topKIndices: { float32: index.topKIndices, int32: INTEGERS },
  transpose: copy.transpose,
  variance,
  where,
};

/** What runs the operation. */
export function entryOf<A>(op: OpDefinition<A>): Entry<A> {
  // The table's types tie each entry to its operation; looked up by name, that is lost.
  return op.elementwise === undefined
    ? TABLE[op.name as keyof Attributes] as unknown as Entry<A>
    : elementwise(op);
}

const made = new Map<string, Entry<never>>();

/** The entry of an operation on corresponding elements, made once. */
function elementwise<A>(op: OpDefinition<A>): Entry<A> {
  let entry = made.get(op.name);
  if (entry === undefined && complete) {
    const runner = op.elementwise === 1 ? unaryRunner(op.name) : binaryRunner(op.name);
    entry = { float32: runner, int32: INTEGERS } as unknown as Entry<never>;
    made.set(op.name, entry);
  }
  return entry as unknown as Entry<A>;
}
