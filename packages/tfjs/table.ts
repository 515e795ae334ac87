/** How every operation runs on TensorFlow's kernels. */
import type { Computation } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import * as channels from "./runners/channels.ts";
import * as convolution from "./runners/convolution.ts";
import { elementwiseRunner } from "./runners/elementwise.ts";
import * as image from "./runners/image.ts";
import * as index from "./runners/index.ts";
import * as loss from "./runners/loss.ts";
import * as pool from "./runners/pool.ts";
import { matmul } from "./runners/product.ts";
import { dropout } from "./runners/random.ts";
import * as recurrent from "./runners/recurrent.ts";
import * as reduce from "./runners/reduce.ts";
import type { Runner } from "./runners/runner.ts";
import * as shape from "./runners/shape.ts";

/** One runner for each operation that is not on corresponding elements: without it, types do not fit. */
const TABLE: { readonly [K in keyof KernelAttributes]: Runner<KernelAttributes[K]> } = {
  addAlongAxis: index.addAlongAxis,
  addScaled: loss.addScaled,
  affineTransform: image.affineTransform,
  affineTransformGradient: image.affineTransformGradient,
  argmax: reduce.argRunner("ArgMax"),
  argmin: reduce.argRunner("ArgMin"),
  avgPool2d: pool.avgPool2d,
  avgPool2dGradient: pool.avgPool2dGradient,
  blendChannels: channels.blendChannels,
  broadcastTo: shape.broadcastTo,
  cast: shape.cast,
  channelMoments: channels.channelMoments,
  channelSums: channels.channelSums,
  concat: shape.concat,
  conv2d: convolution.conv2d,
  conv2dFilterGradient: convolution.conv2dFilterGradient,
  conv2dTranspose: convolution.conv2dTranspose,
  cumsum: reduce.cumsum,
  dropout,
  fusedConv2d: convolution.fusedConv2d,
  gather: index.gather,
  infinityNorm: reduce.infinityNorm,
  localResponseNormalization: channels.localResponseNormalization,
  localResponseNormalizationGradient: channels.localResponseNormalizationGradient,
  logSoftmax: loss.logSoftmax,
  matmul,
  max: reduce.max,
  maxPool2d: pool.maxPool2d,
  maxPool2dGradient: pool.maxPool2dGradient,
  maxPool2dPick: pool.maxPool2dPick,
  meanSquaredError: loss.meanSquaredError,
  min: reduce.min,
  normalizeChannels: channels.normalizeChannels,
  oneHot: index.oneHot,
  pad: shape.pad,
  recurrentForward: recurrent.recurrentForward,
  recurrentGradient: recurrent.recurrentGradient,
  recurrentKernelGradient: recurrent.recurrentKernelGradient,
  recurrentOutput: recurrent.recurrentOutput,
  reshape: shape.reshape,
  scaledDifference: loss.scaledDifference,
  scatter: index.scatter,
  scatterAdd: index.scatterAdd,
  softmax: loss.softmax,
  softmaxCrossEntropy: loss.softmaxCrossEntropy,
  softmaxCrossEntropyGradient: loss.softmaxCrossEntropyGradient,
  stridedSlice: shape.stridedSlice,
  sum: reduce.sum,
  takeAlongAxis: index.takeAlongAxis,
  topKIndices: index.topKIndices,
  transpose: shape.transpose,
  upsample2d: image.upsample2d,
  upsample2dGradient: image.upsample2dGradient,
  variance: reduce.variance,
  where: shape.where,
};

/** The runners by the names of the operations; what ties them to their attributes is lost here. */
const runners = new Map<string, unknown>(Object.entries(TABLE));

/** What runs an operation. */
export function runnerOf<A>({ name, elementwise }: Computation<A>): Runner<A> {
  let runner = runners.get(name);
  if (runner === undefined) {
    runner = elementwiseRunner(name, elementwise!);
    runners.set(name, runner);
  }
  return runner as Runner<A>;
}
