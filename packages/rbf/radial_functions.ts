/** Radial basis functions: numbers that depend on the distance to a centre only. */
import {
  add,
  asTensor,
  div,
  exp,
  log,
  maximum,
  mul,
  neg,
  sqrt,
  square,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { checkRadial } from "./check.ts";
import { squaredDistances } from "./squared_distances.ts";

/**
 * `φ_j(x, c_j)` of every point and every centre.
 *
 * @param x The points, `[N, d]`.
 * @param c The centres, `[k, d]`.
 * @param s The spread `σ_j` of each centre, `[k]`, greater than 0.
 * @returns `[N, k]`
 */
export type RadialFunction = (x: TensorLike, c: TensorLike, s: TensorLike) => Tensor;

/** `(r / σ_j)^2`, where `r = ||x - c_j||`. */
function scaled(x: TensorLike, c: TensorLike, s: TensorLike): Tensor {
  const [points, centres, spreads] = [x, c, s].map((value) => asTensor(value));
  checkRadial(points, centres, spreads);
  return div(squaredDistances(points, centres), square(spreads));
}

/**
 * The Gaussian, a bell around its centre: `φ_j(x, c_j) = exp(-||x - c_j||^2 / (2 σ_j^2))`, 1 at the
 * centre. Unlike the density of the normal distribution, it has no factor in front.
 *
 * @param x The points, `[N, d]`.
 * @param c The centres, `[k, d]`.
 * @param s The spread `σ_j` of each centre, `[k]`, greater than 0.
 * @returns `[N, k]`
 *
 * @example
 * ```ts
 * import { gaussian } from "@neurite/rbf";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using phi = gaussian([[0, 0], [3, 4]], [[0, 0]], [5]);
 * const [here, there] = phi.dataSync();
 * assertAlmostEquals(here, 1);
 * assertAlmostEquals(there, Math.exp(-1 / 2), 1e-6); // a distance of one spread
 * ```
 */
export function gaussian(x: TensorLike, c: TensorLike, s: TensorLike): Tensor {
  return tidy(() => exp(neg(div(scaled(x, c, s), 2)))); // exp(-r^2 / (2 σ^2))
}

/**
 * The multiquadric, a bowl that grows without end: `φ_j(x, c_j) = √(1 + (r / σ_j)^2)`, where
 * `r = ||x - c_j||`. Others write `ε` for `1 / σ`.
 *
 * From: Hardy, "Multiquadric equations of topography and other irregular surfaces", 1971.
 *
 * @param x The points, `[N, d]`.
 * @param c The centres, `[k, d]`.
 * @param s The spread `σ_j` of each centre, `[k]`, greater than 0.
 * @returns `[N, k]`
 *
 * @example
 * ```ts
 * import { multiquadric } from "@neurite/rbf";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using phi = multiquadric([[0, 0], [3, 4]], [[0, 0]], [5]);
 * const [here, there] = phi.dataSync();
 * assertAlmostEquals(here, 1);
 * assertAlmostEquals(there, Math.SQRT2, 1e-6);
 * ```
 */
export function multiquadric(x: TensorLike, c: TensorLike, s: TensorLike): Tensor {
  return tidy(() => sqrt(add(1, scaled(x, c, s)))); // √(1 + (r / σ)^2)
}

/**
 * The inverse multiquadric, a bell with long tails: `φ_j(x, c_j) = 1 / √(1 + (r / σ_j)^2)`, where
 * `r = ||x - c_j||`.
 *
 * @param x The points, `[N, d]`.
 * @param c The centres, `[k, d]`.
 * @param s The spread `σ_j` of each centre, `[k]`, greater than 0.
 * @returns `[N, k]`
 *
 * @example
 * ```ts
 * import { inverseMultiquadric } from "@neurite/rbf";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using phi = inverseMultiquadric([[0, 0], [3, 4]], [[0, 0]], [5]);
 * const [here, there] = phi.dataSync();
 * assertAlmostEquals(here, 1);
 * assertAlmostEquals(there, Math.SQRT1_2, 1e-6);
 * ```
 */
export function inverseMultiquadric(x: TensorLike, c: TensorLike, s: TensorLike): Tensor {
  return tidy(() => div(1, multiquadric(x, c, s))); // 1 / √(1 + (r / σ)^2)
}

/** The smallest number of which a float32 logarithm is taken. */
const TINY = 2 ** -126;

/**
 * The thin-plate spline, the shape of a bent sheet of metal: `φ_j(x, c_j) = (r / σ_j)^2 ln(r / σ_j)`,
 * where `r = ||x - c_j||`; 0 at the centre. The usual form has no spread: it is this one with `σ = 1`.
 *
 * From: Duchon, "Splines minimizing rotation-invariant semi-norms in Sobolev spaces", 1977.
 *
 * @param x The points, `[N, d]`.
 * @param c The centres, `[k, d]`.
 * @param s The spread `σ_j` of each centre, `[k]`, greater than 0.
 * @returns `[N, k]`
 *
 * @example
 * ```ts
 * import { thinPlate } from "@neurite/rbf";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using phi = thinPlate([[0, 0], [3, 4]], [[0, 0]], [1]);
 * const [here, there] = phi.dataSync();
 * assertAlmostEquals(here, 0);
 * assertAlmostEquals(there, 25 * Math.log(5), 1e-4);
 * ```
 */
export function thinPlate(x: TensorLike, c: TensorLike, s: TensorLike): Tensor {
  return tidy(() => {
    const r2 = scaled(x, c, s);
    return mul(div(r2, 2), log(maximum(r2, TINY))); // r^2 ln r = r^2/2 ln r^2
  });
}

/** The radial basis functions that a net knows by name. */
export type RadialName = "gaussian" | "multiquadric" | "inverse-multiquadric" | "thin-plate";

/** The functions by their names. */
export const RADIAL: Readonly<Record<RadialName, RadialFunction>> = {
  "gaussian": gaussian,
  "multiquadric": multiquadric,
  "inverse-multiquadric": inverseMultiquadric,
  "thin-plate": thinPlate,
};
