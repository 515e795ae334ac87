/** How the wasm backend runs the operations beyond `ops/core.ts`, and with which kernels. */
import type * as operations from "../../ops/all.ts";
import type * as core from "../../ops/core.ts";
import type { BinaryName, ElementwiseName, UpdateName } from "../kernels.ts";
import { addEntries, INTEGERS, type Table } from "./core_table.ts";
import { embedKernels } from "./engine.ts";
import type { KernelName } from "./kernel_name.ts";
import { BASELINE, RELAXED } from "./module.ts";
import { affineTransform } from "./runners/affine.ts";
import * as channels from "./runners/channels.ts";
import { conv2d, conv2dTranspose, fusedConv2d } from "./runners/conv.ts";
import { conv2dFilterGradient } from "./runners/conv_filter.ts";
import * as copy from "./runners/copy.ts";
import { dropout } from "./runners/dropout.ts";
import * as index from "./runners/index.ts";
import * as loss from "./runners/loss.ts";
import * as pool from "./runners/pool.ts";
import * as recurrent from "./runners/recurrent.ts";
import { argRunner, cumsum, foldRunner, infinityNorm, variance } from "./runners/reduce.ts";
import * as response from "./runners/response.ts";
import { where } from "./runners/select.ts";
import { crossEntropyGradientRunner, crossEntropyRunner, rowsRunner } from "./runners/softmax.ts";
import { addScaled } from "./runners/update.ts";

type Operations = typeof operations;

/** Fails the type check where an operation on corresponding elements, or an update, lacks a kernel. */
type Missing = Exclude<ElementwiseName | `${BinaryName}Rows` | UpdateName, KernelName>;
type Complete = [Missing] extends [never] ? Table<Omit<Operations, keyof typeof core>> : Missing;

const TABLE: Complete = {
  addAlongAxis: { float32: index.addAlongAxis, int32: INTEGERS },
  addScaled,
  affineTransform,
  affineTransformGradient: {
    viaReference: "images are changed before the first weights: seldom wanted",
  },
  argmax: { float32: argRunner("argmax"), int32: INTEGERS },
  argmin: { float32: argRunner("argmin"), int32: INTEGERS },
  avgPool2d: pool.avgPool2d,
  avgPool2dGradient: pool.avgPool2dGradient,
  blendChannels: channels.blendChannels,
  channelMoments: channels.channelMoments,
  channelSums: channels.channelSums,
  concat: copy.concat,
  conv2d,
  conv2dFilterGradient,
  conv2dTranspose,
  cumsum: { float32: cumsum, int32: INTEGERS },
  dropout,
  fusedConv2d,
  infinityNorm,
  localResponseNormalization: response.localResponseNormalization,
  localResponseNormalizationGradient: response.localResponseNormalizationGradient,
  logSoftmax: rowsRunner("logSoftmax"),
  max: { float32: foldRunner("max", -Infinity), int32: INTEGERS },
  maxPool2d: pool.maxPool2d,
  maxPool2dGradient: pool.maxPool2dGradient,
  maxPool2dPick: { viaReference: "second derivatives only: seldom wanted" },
  meanSquaredError: loss.meanSquaredError,
  min: { float32: foldRunner("min", Infinity), int32: INTEGERS },
  normalizeChannels: channels.normalizeChannels,
  oneHot: index.oneHot,
  recurrentForward: recurrent.recurrentForward,
  recurrentGradient: recurrent.recurrentGradient,
  recurrentKernelGradient: recurrent.recurrentKernelGradient,
  recurrentOutput: recurrent.recurrentOutput,
  scatter: { viaReference: "updates are few beside what they change, and seldom wanted" },
  scaledDifference: loss.scaledDifference,
  softmax: rowsRunner("softmax"),
  softmaxCrossEntropy: {
    float32: crossEntropyRunner("softmaxCrossEntropy"),
    int32: crossEntropyRunner("classCrossEntropy"),
  },
  softmaxCrossEntropyGradient: {
    float32: crossEntropyGradientRunner("softmaxCrossEntropyGradient"),
    int32: crossEntropyGradientRunner("classCrossEntropyGradient"),
  },
  takeAlongAxis: index.takeAlongAxis,
  topKIndices: { float32: index.topKIndices, int32: INTEGERS },
  transpose: copy.transpose,
  upsample2d: pool.upsample2d,
  upsample2dGradient: pool.upsample2dGradient,
  variance,
  where,
};

addEntries(TABLE);
embedKernels({ BASELINE, RELAXED });
