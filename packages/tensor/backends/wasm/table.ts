/** How the wasm backend runs each operation: an exhaustive table. */
import type { Computation } from "../../backend.ts";
import type { Primitive } from "../../op.ts";
import type * as operations from "../../ops/all.ts";
import type * as updates from "../../updates/mod.ts";
import type { KernelName } from "./module.ts";
import { cast } from "./runners/cast.ts";
import * as channels from "./runners/channels.ts";
import { conv2d, conv2dTranspose } from "./runners/conv.ts";
import { conv2dFilterGradient } from "./runners/conv_filter.ts";
import * as copy from "./runners/copy.ts";
import { dropout } from "./runners/dropout.ts";
import { binaryRunner, unaryRunner } from "./runners/elementwise.ts";
import * as index from "./runners/index.ts";
import * as loss from "./runners/loss.ts";
import { matmul } from "./runners/matmul.ts";
import * as pool from "./runners/pool.ts";
import * as recurrent from "./runners/recurrent.ts";
import { argRunner, cumsum, foldRunner, variance } from "./runners/reduce.ts";
import * as response from "./runners/response.ts";
import type { Entry } from "./runners/runner.ts";
import { where } from "./runners/select.ts";
import { crossEntropyGradientRunner, crossEntropyRunner, rowsRunner } from "./runners/softmax.ts";
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

/** The updates, which have kernels of the same name. */
type UpdateName = keyof typeof updates;

/** Fails the type check where an operation on corresponding elements, or an update, lacks a kernel. */
type Missing = Exclude<ElementwiseName | `${BinaryName}Rows` | UpdateName, KernelName>;
const complete: [Missing] extends [never] ? true : Missing = true;

const INTEGERS = { viaReference: "whole numbers are labels, indices and counts: few of them" };

/** Everything that is not an operation on corresponding elements. */
const TABLE: { readonly [K in keyof Attributes]: Entry<Attributes[K]> } = {
  addAlongAxis: { float32: index.addAlongAxis, int32: INTEGERS },
  addScaled,
  argmax: { float32: argRunner("argmax"), int32: INTEGERS },
  argmin: { float32: argRunner("argmin"), int32: INTEGERS },
  avgPool2d: pool.avgPool2d,
  avgPool2dGradient: pool.avgPool2dGradient,
  blendChannels: channels.blendChannels,
  broadcastTo: copy.broadcastTo,
  cast,
  channelMoments: channels.channelMoments,
  channelSums: channels.channelSums,
  concat: copy.concat,
  conv2d,
  conv2dFilterGradient,
  conv2dTranspose,
  cumsum: { float32: cumsum, int32: INTEGERS },
  dropout,
  gather: index.gather,
  localResponseNormalization: response.localResponseNormalization,
  localResponseNormalizationGradient: response.localResponseNormalizationGradient,
  logSoftmax: rowsRunner("logSoftmax"),
  matmul,
  max: { float32: foldRunner("max", -Infinity), int32: INTEGERS },
  maxPool2d: pool.maxPool2d,
  maxPool2dGradient: pool.maxPool2dGradient,
  maxPool2dPick: { viaReference: "second derivatives only: seldom wanted" },
  meanSquaredError: loss.meanSquaredError,
  min: { float32: foldRunner("min", Infinity), int32: INTEGERS },
  normalizeChannels: channels.normalizeChannels,
  oneHot: index.oneHot,
  pad: copy.pad,
  recurrentForward: recurrent.recurrentForward,
  recurrentGradient: recurrent.recurrentGradient,
  recurrentKernelGradient: recurrent.recurrentKernelGradient,
  recurrentOutput: recurrent.recurrentOutput,
  reshape,
  scaledDifference: loss.scaledDifference,
  scatterAdd: { float32: index.scatterAdd, int32: INTEGERS },
  softmax: rowsRunner("softmax"),
  softmaxCrossEntropy: {
    float32: crossEntropyRunner("softmaxCrossEntropy"),
    int32: crossEntropyRunner("classCrossEntropy"),
  },
  softmaxCrossEntropyGradient: {
    float32: crossEntropyGradientRunner("softmaxCrossEntropyGradient"),
    int32: crossEntropyGradientRunner("classCrossEntropyGradient"),
  },
  stridedSlice: copy.stridedSlice,
  sum: { float32: foldRunner("sum", 0), int32: INTEGERS },
  takeAlongAxis: index.takeAlongAxis,
  topKIndices: { float32: index.topKIndices, int32: INTEGERS },
  transpose: copy.transpose,
  upsample2d: pool.upsample2d,
  upsample2dGradient: pool.upsample2dGradient,
  variance,
  where,
};

/** What runs the operation. */
export function entryOf<A>(op: Computation<A>): Entry<A> {
  // The table's types tie each entry to its operation; looked up by name, that is lost.
  return op.elementwise === undefined
    ? TABLE[op.name as keyof Attributes] as unknown as Entry<A>
    : elementwise(op);
}

const made = new Map<string, Entry<never>>();

/** The entry of an operation on corresponding elements, made once. */
function elementwise<A>(op: Computation<A>): Entry<A> {
  let entry = made.get(op.name);
  if (entry === undefined && complete) {
    const runner = op.elementwise === 1 ? unaryRunner(op.name) : binaryRunner(op.name);
    entry = { float32: runner, int32: INTEGERS } as unknown as Entry<never>;
    made.set(op.name, entry);
  }
  return entry as unknown as Entry<A>;
}
