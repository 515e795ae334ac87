/** What an initializer is: the rule by which the numbers of a weight start. */
import type { Rng, Tensor } from "@neurite/tensor";
import { Registry } from "../registry.ts";
import type { Config } from "../variable.ts";

/** The rule by which the numbers of a weight start. */
export interface Initializer {
  /** A tensor of initial values; random ones are drawn from `rng`, by default the global generator. */
  make(shape: readonly number[], rng?: Rng): Tensor;
  /** What an equal initializer is made from. */
  toConfig(): Config;
}

/** Initializers by the names of their classes. */
export const initializers: Registry<Initializer> = new Registry<Initializer>("initializer");
