/**
 * Tensors: arrays of numbers of any number of axes, with operations, their gradients, and random
 * numbers that are the same on every machine.
 *
 * Operations are functions, so that code reads like the formula. Without any set-up they run as
 * WebAssembly on one thread; {@linkcode useBackend} takes more threads, or the platform's own BLAS
 * library.
 *
 * @example A layer of neurons and the gradient of its loss
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, matmul, mean, sigmoid, square, sub, tensor, valueAndGrad } from "@neurite/tensor";
 *
 * const x = tensor([[0, 1], [1, 0]]), y = tensor([[1], [0]]);
 * const loss = valueAndGrad((w, b) => {
 *   const a = sigmoid(add(matmul(x, w), b)); // a = σ(x w + b)
 *   return mean(square(sub(a, y)));
 * });
 * const { value, gradients: [dw, db] } = loss(tensor([[0], [0]]), tensor([0]));
 * assertEquals(value.item(), 0.25);
 * assertEquals(dw.array(), [[0.125], [-0.125]]);
 * assertEquals(db.array(), [0]);
 * ```
 *
 * @module
 */
export type {
  Backend,
  BackendInfo,
  DType,
  OwnInfo,
  RandomDraw,
  Storage,
  TensorSpec,
} from "./backend.ts";
export {
  backendInfo,
  type BackendName,
  type BackendOptions,
  currentBackend,
  useBackend,
} from "./backends/mod.ts";
export { checkFinite } from "./check.ts";
export { asTensor, isNdArray, rowMajor, type TensorLike } from "./convert.ts";
export * from "./create.ts";
export * from "./errors.ts";
export { choleskySolve } from "./linalg/cholesky_solve.ts";
export { inverseCholesky } from "./linalg/inverse_cholesky.ts";
export { leastSquares, type LeastSquaresOptions } from "./linalg/least_squares.ts";
export { type NdArray, ndarray, type TypedArray } from "./ndarray.ts";
export type {
  Composite,
  GradientContext,
  GradientRule,
  NotDifferentiable,
  OpDefinition,
  Primitive,
  Sample,
  SampleInput,
} from "./op.ts";
export type { Convolution, ConvolutionOptions } from "./ops/convolution.ts";
export type { Binary, Unary } from "./ops/elementwise.ts";
export * from "./ops/mod.ts";
export type { Pooling, PoolOptions } from "./ops/pool2d.ts";
export type {
  PreparedSequence,
  Recurrence,
  SequenceInput,
  SequenceInputs,
  SequenceOptions,
} from "./ops/recurrence.ts";
export type { CellName } from "./ops/recurrent_cells.ts";
export type { SequenceStates } from "./ops/recurrent_result.ts";
export type { ReduceOptions, Reduction } from "./ops/reduction.ts";
export {
  type Padding,
  type Pair,
  pair,
  type Sliding,
  slidingAlong,
  slidingOutputSize,
  slidingPadding,
  transposedOutputSize,
  type TransposedSliding,
  type WindowOptions,
  type Windows,
  type WindowSettings,
  windowSettings,
} from "./ops/window.ts";
export { globalRng, Rng, type RngState, seed } from "./random/rng.ts";
export { keep, tidy } from "./scope.ts";
export {
  customGrad,
  type CustomValue,
  grad,
  isRecording,
  stopGradient,
  valueAndGrad,
  type ValueAndGradients,
} from "./tape.ts";
export { type Handle, type Nested, Tensor } from "./tensor.ts";
export type {
  Update,
  UpdateDefinition,
  UpdatePlace,
  UpdateSample,
  UpdateTargets,
} from "./update.ts";
export * from "./updates/mod.ts";
