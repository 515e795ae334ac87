/** Start values of variance 1 / fanIn. */
import { VarianceScaling } from "./variance_scaling.ts";

/**
 * Evenly distributed numbers between `±sqrt(3 / fanIn)` (LeCun et al., 1998).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { LecunUniform } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const w = new LecunUniform().make([50, 30], new Rng(1));
 * assert(w.dataSync().every((v) => Math.abs(v) <= Math.sqrt(3 / 50)));
 * ```
 */
export class LecunUniform extends VarianceScaling {
  /** The name in files. */
  static override readonly className = "LecunUniform";

  /** Takes no options. */
  constructor() {
    super({ scale: 1, mode: "fanIn", distribution: "uniform" });
  }
}

/**
 * Normally distributed numbers of variance `1 / fanIn`, none beyond two standard deviations (LeCun et
 * al., 1998); for layers followed by SELU (Klambauer et al., 2017).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { LecunNormal } from "@neurite/nn";
 * import { Rng, variance } from "@neurite/tensor";
 *
 * const w = new LecunNormal().make([200, 300], new Rng(1));
 * assertAlmostEquals(variance(w).item(), 1 / 200, 1e-4);
 * ```
 */
export class LecunNormal extends VarianceScaling {
  /** The name in files. */
  static override readonly className = "LecunNormal";

  /** Takes no options. */
  constructor() {
    super({ scale: 1, mode: "fanIn", distribution: "truncatedNormal" });
  }
}
