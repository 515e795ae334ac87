/** What every program with tensors needs besides operations. */
export type {
  Backend,
  BackendInfo,
  Computation,
  DeviceInfo,
  DType,
  Operand,
  OwnInfo,
  RandomDraw,
  Storage,
  TensorSpec,
} from "./backend.ts";
export { backendInfo, type BackendName, releaseMemory, useBackend } from "./backends/mod.ts";
export { checkFinite } from "./check.ts";
export {
  asTensor,
  type HalfArray,
  isNdArray,
  type NestedInput,
  rowMajor,
  type TensorLike,
} from "./convert.ts";
export * from "./create.ts";
export {
  type BackendOptions,
  currentBackend,
  registerBackend,
  type StartBackend,
} from "./current_backend.ts";
export * from "./errors.ts";
export { grad, valueAndGrad, type ValueAndGradients } from "./gradient.ts";
export type { Handle, Held } from "./handle.ts";
export { type ElementTypeName, type NdArray, ndarray, type TypedArray } from "./ndarray.ts";
export type {
  Composite,
  NotDifferentiable,
  OpDefinition,
  Primitive,
  Sample,
  SampleInput,
} from "./op.ts";
export { globalRng, Rng, type RngState, seed } from "./random/rng.ts";
export { keep, tidy } from "./scope.ts";
export {
  customGrad,
  type CustomValue,
  type GradientContext,
  type GradientRule,
  isRecording,
  stopGradient,
} from "./tape.ts";
export { type Nested, Tensor } from "./tensor.ts";
