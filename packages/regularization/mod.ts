/**
 * Regularization: what keeps a network from memorizing its examples. Dropout, noise,
 * penalties for large weights, bounds on them, and a look at the losses that says whether any of it
 * is needed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { Dropout, l2 } from "@neurite/regularization";
 *
 * const model = new Sequential([
 *   new Dense(64, { activation: "relu", kernelRegularizer: l2(0.01), inputShape: [20] }),
 *   new Dropout(0.5),
 *   new Dense(2, { activation: "softmax" }),
 * ], { seed: 1 });
 * assertEquals(model.countParams(), 20 * 64 + 64 + 64 * 2 + 2);
 * ```
 *
 * @module
 */
export { diagnose, type DiagnoseOptions, type Diagnosis, type Losses } from "./diagnose.ts";
export { Dropout, type DropoutOptions } from "./dropout.ts";
export { GaussianNoise } from "./gaussian_noise.ts";
export { regularizationLayers } from "./layers.ts";
export { MaxNorm, maxNorm, type MaxNormOptions } from "./max_norm.ts";
export { l1, L1L2, l1l2, l2 } from "./penalties.ts";
export { SpatialDropout2D } from "./spatial_dropout2d.ts";
