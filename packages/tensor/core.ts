/**
 * The small engine: tensors and the few operations that all others are made of, with a module of
 * kernels of a quarter of the size. For packages that need no others, so that a program of one neuron
 * starts at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, mul, step } from "@neurite/tensor/core";
 *
 * assertEquals(step(add(mul([1, 2], [3, 4]), -5)).array(), [0, 1]);
 * ```
 *
 * @module
 */
export { checkCount, checkOneOf, checkOptions, checkPositive } from "./arguments.ts";
export { onHost } from "./backends/mod.ts";
export * from "./base.ts";
export * from "./ops/core.ts";
export type { Binary, Unary } from "./ops/rules/elementwise.ts";
export type { FusedActivation } from "./ops/rules/fused_activation.ts";
export type { ReduceOptions, Reduction } from "./ops/rules/reduction.ts";
