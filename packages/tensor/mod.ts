/**
 * Tensors with gradients.
 *
 * @module
 */
export * from "./errors.ts";
export { type NdArray, ndarray, type TypedArray } from "./ndarray.ts";
export { globalRng, Rng, type RngState, seed } from "./random/rng.ts";
export { backendInfo, useBackend } from "./backends/mod.ts";
export * from "./create.ts";
export { type Nested, Tensor } from "./tensor.ts";
export { keep, tidy } from "./scope.ts";
export {
  customGrad,
  type CustomValue,
  grad,
  stopGradient,
  valueAndGrad,
  type ValueAndGradients,
} from "./tape.ts";
export * from "./ops/mod.ts";
