/**
 * Layers, models and their training, in the words of Keras: `Sequential`, `Dense`, `compile`,
 * `fit`, `predict`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new Dense(8, { activation: "relu", inputShape: [2] }),
 *   new Dense(3, { activation: "softmax" }),
 * ], { seed: 1 });
 * model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
 * assertEquals(model.countParams(), 2 * 8 + 8 + 8 * 3 + 3);
 * ```
 *
 * @module
 */
export {
  type Activation as ActivationFunction,
  type ActivationLike,
  type ActivationName,
  activationNames,
  activationOf,
  type ElementwiseName,
  namedActivations,
} from "./activations.ts";
export * from "./callbacks/mod.ts";
export * from "./checkpoint.ts";
export { takeTrainingState, trainingState } from "./checkpoint/metadata.ts";
export { Configurable, type Known } from "./configurable.ts";
export { Graph, type GraphConfig, type LayerDescription, type Place } from "./graph.ts";
export { inWorker, type InWorkerOptions, type WorkerProgress } from "./in_worker.ts";
export * from "./initializers/mod.ts";
export { KernelLayer, type KernelOptions } from "./kernel_layer.ts";
export {
  type CallContext,
  type Epilogue,
  type EpiloguePart,
  type FusedCall,
  Layer,
  type LayerOptions,
  layers,
  type Masks,
} from "./layer.ts";
export * from "./layers/mod.ts";
export { whileLoading } from "./loading.ts";
export * from "./losses/mod.ts";
export * from "./metrics/mod.ts";
export { Model, type ModelOptions, type ModelSettings, type SummaryOptions } from "./model.ts";
export { NormalizationLayer, type NormalizationOptions } from "./normalization_layer.ts";
export * from "./optimizers/mod.ts";
export { constraints, regularizers } from "./registries.ts";
export { type Registered, Registry } from "./registry.ts";
export * from "./safetensors/mod.ts";
export { Sequential } from "./sequential.ts";
export { formatSizes, type Shape } from "./shape.ts";
export { Input, type InputOptions, type Node, SymbolicTensor } from "./symbolic.ts";
export type { Batch, Data, Examples, TensorBatch } from "./training/batches.ts";
export type { Compiled, CompileOptions, Each } from "./training/compile.ts";
export type { EvaluateOptions } from "./training/evaluate.ts";
export type { FitOptions, Progress } from "./training/fit.ts";
export { History } from "./training/history.ts";
export type { Means, Measures, Outcome, Refused, StepPlace } from "./training/means.ts";
export type { PredictOptions } from "./training/predict.ts";
export type { Weights } from "./training/prepare.ts";
export type { Ranks, Sums } from "./training/ranks.ts";
export type { BatchStream } from "./training/stream.ts";
export type { Trainer } from "./training/trainer.ts";
export { Yielder } from "./training/yielder.ts";
export {
  type Config,
  type Constraint,
  type Regularizer,
  State,
  Variable,
  type VariableOptions,
} from "./variable.ts";
