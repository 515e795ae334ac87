/** Optimizers: how gradients change weights. */
export * from "./adagrad.ts";
export * from "./adam.ts";
export * from "./adamw.ts";
export type { ClippingOptions } from "./clipping.ts";
export { Optimizer, type OptimizerOptions, optimizers, type Step } from "./optimizer.ts";
export * from "./optimizer_of.ts";
export * from "./rms_prop.ts";
export * from "./schedules/mod.ts";
export * from "./sgd.ts";
