/** Initial values of variance 1 / fanIn. */
import type { Rng, Tensor } from "@neurite/tensor";
import { Configurable } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";
import { scaled } from "./variance_scaling.ts";

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
export class LecunUniform extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 1, mode: "fanIn", distribution: "uniform" }, rng);
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
export class LecunNormal extends Configurable implements Initializer {
  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, { scale: 1, mode: "fanIn", distribution: "truncatedNormal" }, rng);
  }
}
