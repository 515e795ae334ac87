/** Initial values for layers that are linear around 0. */
import type { Rng, Tensor } from "@neurite/tensor";
import { Configurable } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";
import { scaled } from "./variance_scaling.ts";

/**
 * Evenly distributed numbers between `±sqrt(6 / (fanIn + fanOut))`: the variance of signals stays
 * the same forward and backward through layers that are linear around 0, such as tanh (Glorot and
 * Bengio, 2010). How kernels start unless told otherwise.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { GlorotUniform } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const w = new GlorotUniform().make([50, 30], new Rng(1));
 * assert(w.dataSync().every((v) => Math.abs(v) <= Math.sqrt(6 / (50 + 30))));
 * ```
 */
export class GlorotUniform extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 1, mode: "fanAvg", distribution: "uniform" }, rng);
  }
}

/**
 * Normally distributed numbers of variance `2 / (fanIn + fanOut)`, none beyond two standard
 * deviations (Glorot and Bengio, 2010).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { GlorotNormal } from "@neurite/nn";
 * import { Rng, variance } from "@neurite/tensor";
 *
 * const w = new GlorotNormal().make([200, 300], new Rng(1));
 * assertAlmostEquals(variance(w).item(), 2 / (200 + 300), 1e-4);
 * ```
 */
export class GlorotNormal extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 1, mode: "fanAvg", distribution: "truncatedNormal" }, rng);
  }
}
