/** Which kernels run each operation. An operation or an update without one does not pass the type check. */
import type { Computation } from "@neurite/tensor";
import type { ElementwiseName, KernelAttributes } from "@neurite/tensor/contract";
import * as channels from "./kernels/channels.ts";
import * as conv from "./kernels/conv.ts";
import { elementwise } from "./kernels/elementwise.ts";
import * as image from "./kernels/image.ts";
import * as index from "./kernels/index.ts";
import { matmul } from "./kernels/matmul.ts";
import * as movement from "./kernels/movement.ts";
import * as pool from "./kernels/pool.ts";
import { dropout } from "./kernels/random.ts";
import * as recurrent from "./kernels/recurrent.ts";
import { foldRunner, MAX, MIN, SUM } from "./kernels/reduce.ts";
import * as rows from "./kernels/rows.ts";
import type { Runner } from "./kernels/runner.ts";
import * as statistics from "./kernels/statistics.ts";

const TABLE: { readonly [K in keyof KernelAttributes]: Runner<KernelAttributes[K]> } = {
  addAlongAxis: index.addAlongAxis,
  addScaled: channels.addScaled,
  affineTransform: image.affineTransform,
  affineTransformGradient: image.affineTransformGradient,
  argmax: statistics.argmax,
  argmin: statistics.argmin,
  avgPool2d: pool.avgPool2d,
  avgPool2dGradient: pool.avgPool2dGradient,
  blendChannels: channels.blendChannels,
  broadcastTo: movement.broadcastTo,
  cast: channels.cast,
  channelMoments: statistics.channelMoments,
  channelSums: statistics.channelSums,
  concat: movement.concat,
  conv2d: conv.conv2d,
  conv2dFilterGradient: conv.conv2dFilterGradient,
  conv2dTranspose: conv.conv2dTranspose,
  cumsum: statistics.cumsum,
  dropout,
  fusedConv2d: conv.fusedConv2d,
  gather: index.gather,
  infinityNorm: statistics.infinityNorm,
  localResponseNormalization: channels.localResponseNormalization,
  localResponseNormalizationGradient: channels.localResponseNormalizationGradient,
  logSoftmax: rows.logSoftmax,
  matmul,
  max: foldRunner(MAX),
  maxPool2d: pool.maxPool2d,
  maxPool2dGradient: pool.maxPool2dGradient,
  maxPool2dPick: pool.maxPool2dPick,
  meanSquaredError: statistics.meanSquaredError,
  min: foldRunner(MIN),
  normalizeChannels: channels.normalizeChannels,
  oneHot: index.oneHot,
  pad: movement.pad,
  recurrentForward: recurrent.recurrentForward,
  recurrentGradient: recurrent.recurrentGradient,
  recurrentKernelGradient: recurrent.recurrentKernelGradient,
  recurrentOutput: recurrent.recurrentOutput,
  reshape: movement.reshape,
  scaledDifference: channels.scaledDifference,
  scatter: index.scatter,
  scatterAdd: index.scatterAdd,
  softmax: rows.softmax,
  softmaxCrossEntropy: rows.softmaxCrossEntropy,
  softmaxCrossEntropyGradient: rows.softmaxCrossEntropyGradient,
  stridedSlice: movement.stridedSlice,
  sum: foldRunner(SUM),
  takeAlongAxis: index.takeAlongAxis,
  topKIndices: index.topKIndices,
  transpose: movement.transpose,
  upsample2d: image.upsample2d,
  upsample2dGradient: image.upsample2dGradient,
  variance: statistics.variance,
  where: channels.where,
};

/** The runners by the names of the operations; what ties them to their attributes is lost here. */
const runners = new Map<string, Runner<never>>(Object.entries(TABLE));

/** What runs the operation. */
export function runnerOf<A>(op: Computation<A>): Runner<A> {
  let runner = runners.get(op.name);
  if (runner === undefined) {
    runner = elementwise(op.name as ElementwiseName) as unknown as Runner<never>;
    runners.set(op.name, runner);
  }
  return runner as unknown as Runner<A>;
}
