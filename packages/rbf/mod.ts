/**
 * Radial basis function networks: curves and surfaces as weighted sums of bells, whose centres are
 * found by k-means.
 *
 * @example
 * ```ts
 * import { RBFNet } from "@neurite/rbf";
 * import { assert } from "@std/assert";
 *
 * const X = Array.from({ length: 100 }, (_, i) => i / 100);
 * const y = X.map((x) => Math.sin(2 * Math.PI * x));
 *
 * const net = new RBFNet({ k: 2, seed: 1 });
 * const { cost } = net.fit(X, y); // online, 100 epochs
 * assert(cost.at(-1)! < 0.05);
 * ```
 *
 * @module
 */
export { type KMeans, kMeans, type KMeansInit, type KMeansOptions } from "./k_means.ts";
export {
  gaussian,
  inverseMultiquadric,
  multiquadric,
  type RadialFunction,
  type RadialName,
  thinPlate,
} from "./radial_functions.ts";
export {
  type RBFFitOptions,
  type RBFHistory,
  RBFNet,
  type RBFNetOptions,
  type Update,
} from "./rbf_net.ts";
