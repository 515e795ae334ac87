/** Sampling from recurrent models. */
export { type Beam, beamSearch, type BeamSearchOptions } from "./beam_search.ts";
export { draw, greedy, sampler, type SamplingOptions } from "./draw.ts";
export {
  type Logits,
  nucleusFilter,
  probabilities,
  temperatureFilter,
  topKFilter,
} from "./filters.ts";
export { collect, generate, type GenerateOptions } from "./generate.ts";
export { type ModelState, ModelStepper } from "./model_stepper.ts";
export type { Stepped, Stepper } from "./stepper.ts";
