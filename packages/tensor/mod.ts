/**
 * Tensors with gradients.
 *
 * @module
 */
export * from "./errors.ts";
export { type NdArray, ndarray, type TypedArray } from "./ndarray.ts";
export { globalRng, Rng, type RngState, seed } from "./random/rng.ts";
