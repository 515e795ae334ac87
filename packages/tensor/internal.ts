/**
 * For packages of ours: checks of arguments, state that copies of a package share, the operations
 * that gradients and layers are made of, and the sizes of sliding windows. What stands here may change with any version.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reluGradient } from "@neurite/tensor/internal";
 *
 * assertEquals(reluGradient([3, 4], [0, 2]).array(), [0, 4]);
 * ```
 *
 * @module
 */
import "./backends/wasm/table.ts";

export { hostBackend, onHost } from "./backends/mod.ts";
export { valuesOnHost } from "./tensor.ts";
export { valuesInPlace } from "./update.ts";
export {
  checkArray,
  checkCount,
  checkOneOf,
  checkOptions,
  checkPositive,
  nearestName,
} from "./arguments.ts";
export { printable, quoted } from "./texts.ts";
export { readTogether } from "./read_together.ts";
export { inverseCholesky } from "./linalg/inverse_cholesky.ts";
export { type Embedded, kernelsFile, type KernelsKind } from "./backends/wasm/kernels_file.ts";
export { type ConvolutionPlan, explainConv2d } from "./backends/wasm/explain_conv2d.ts";
export type { ConvolutionWay } from "./backends/wasm/runners/conv_choice.ts";
export * from "./ops/internal.ts";
export { type Mixture, mixtures } from "./ops/rules/mixtures.ts";
export { type MatmulSizes, matmulSizes } from "./ops/rules/matmul_sizes.ts";
export {
  type Layout as SequenceLayout,
  layoutOf as sequenceLayout,
  named as sequenceInputs,
} from "./ops/rules/recurrence.ts";
export {
  type KernelRows as SequenceKernelRows,
  rowsOf as sequenceKernelRows,
} from "./ops/recurrent/recurrent_kernel_gradient.ts";
export { copyRows } from "./rows.ts";
export { broadcastStrides, rowMajorStrides } from "./shape.ts";
export { drawInto } from "./random/draw.ts";
export type { SequenceInputs, SequencePart, SequenceResult } from "./ops/rules/recurrence.ts";
export { brand, shared, VERSION } from "./shared.ts";
export {
  pair,
  type Sliding,
  slidingAlong,
  slidingOutputSize,
  slidingPadding,
  transposedOutputSize,
  type TransposedSliding,
  type WindowSettings,
  windowSettings,
} from "./ops/rules/window.ts";
