/** The options that models take, by name: one that does not exist is refused rather than ignored. */
import type { LoadModelOptions, LoadWeightsOptions, SaveModelOptions } from "../checkpoint.ts";
import type { Known } from "../configurable.ts";
import type { ModelOptions, SummaryOptions } from "../model.ts";
import type { CompileOptions } from "./compile.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import type { FitOptions } from "./fit.ts";
import type { PredictOptions } from "./predict.ts";

/** Those of a model. */
export const MODEL: Known<ModelOptions> = {
  inputs: true,
  outputs: true,
  name: true,
  trainable: true,
  seed: true,
  rng: true,
};

/** Those of `compile`. */
export const COMPILE: Known<CompileOptions> = {
  optimizer: true,
  loss: true,
  metrics: true,
  weightedMetrics: true,
  lossWeights: true,
};

/** Those of `fit`. */
export const FIT: Known<FitOptions> = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  resume: true,
  validationSplit: true,
  validationBatchSize: true,
  validationData: true,
  shuffle: true,
  stepsPerEpoch: true,
  callbacks: true,
  verbose: true,
  signal: true,
  classWeight: true,
  sampleWeight: true,
};

/** Those of `evaluate`. */
export const EVALUATE: Known<EvaluateOptions> = { batchSize: true, sampleWeight: true };

/** Those of `predict`. */
export const PREDICT: Known<PredictOptions> = { batchSize: true };

/** Those of `summary`. */
export const SUMMARY: Known<SummaryOptions> = { print: true, width: true };

/** Those of saving. */
export const SAVE: Known<SaveModelOptions> = { weightsOnly: true };

/** Those of loading a model. */
export const LOAD: Known<LoadModelOptions> = {
  compile: true,
  metrics: true,
  weightedMetrics: true,
};

/** Those of loading weights. */
export const LOAD_WEIGHTS: Known<LoadWeightsOptions> = { rename: true };
