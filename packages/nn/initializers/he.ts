/** Start values for layers followed by ReLU. */
import { VarianceScaling } from "./variance_scaling.ts";

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
export class HeUniform extends VarianceScaling {
  /** The name in files. */
  static override readonly className = "HeUniform";

  /** Takes no options. */
  constructor() {
    super({ scale: 2, mode: "fanIn", distribution: "uniform" });
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
export class HeNormal extends VarianceScaling {
  /** The name in files. */
  static override readonly className = "HeNormal";

  /** Takes no options. */
  constructor() {
    super({ scale: 2, mode: "fanIn", distribution: "truncatedNormal" });
  }
}
