/** Initial values for layers followed by ReLU. */
import type { Rng, Tensor } from "@neurite/tensor";
import { Configurable } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";
import { scaled } from "./variance_scaling.ts";

/**
 * Evenly distributed numbers between `±sqrt(6 / fanIn)`, for layers followed by ReLU, which lets half
 * of the variance through (He et al., 2015).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { HeUniform } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const w = new HeUniform().make([50, 30], new Rng(1));
 * assert(w.dataSync().every((v) => Math.abs(v) <= Math.sqrt(6 / 50)));
 * ```
 */
export class HeUniform extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 2, mode: "fanIn", distribution: "uniform" }, rng);
  }
}

/**
 * Normally distributed numbers of variance `2 / fanIn`, none beyond two standard deviations, for
 * layers followed by ReLU (He et al., 2015).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { HeNormal } from "@neurite/nn";
 * import { Rng, variance } from "@neurite/tensor";
 *
 * const w = new HeNormal().make([200, 300], new Rng(1));
 * assertAlmostEquals(variance(w).item(), 2 / 200, 1e-4);
 * ```
 */
export class HeNormal extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 2, mode: "fanIn", distribution: "truncatedNormal" }, rng);
  }
}
