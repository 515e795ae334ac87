/** k-means clustering: where the centres of radial basis functions belong. */
import {
  add,
  argmin,
  broadcastTo,
  cumsum,
  DataError,
  div,
  expandDims,
  gather,
  globalRng,
  greater,
  max,
  maximum,
  minimum,
  mul,
  notEqual,
  onesLike,
  reshape,
  Rng,
  scatterAdd,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
  where,
} from "@neurite/tensor";
import { checkCount, checkOneOf, checkOptions, onHost } from "@neurite/tensor/internal";
import { checkInitial, checkPoints } from "./check.ts";
import { squaredDistances } from "./squared_distances.ts";

/** How the initial centres are chosen among the points; see {@linkcode KMeansOptions.init}. */
export type KMeansInit = "random" | "k-means++";

/** How {@linkcode kMeans} works. */
export interface KMeansOptions {
  /**
   * The initial centres: `k-means++` (by default) or `random` chooses points, or they are given,
   * `[k, d]`.
   *
   * - `random`: every point that is not a centre yet is equally likely to become one.
   * - `k-means++`: as likely as its squared distance to the nearest centre is large, which spreads
   *   the centres out. From: Arthur and Vassilvitskii, "k-means++: the advantages of careful
   *   seeding", 2007.
   */
  init?: KMeansInit | TensorLike;
  /** The seed of the choice; the global generator of `@neurite/tensor` without one. */
  seed?: number;
  /** The generator of the choice, in place of `seed`. */
  rng?: Rng;
  /** How often the centres are moved at most; 300 by default. */
  maxIterations?: number;
}

/** The names of the options. */
const KNOWN: Readonly<Record<keyof KMeansOptions, true>> = {
  init: true,
  seed: true,
  rng: true,
  maxIterations: true,
};

/** What {@linkcode kMeans} found. */
export interface KMeans {
  /** The centres, `[k, d]`. */
  centers: Tensor;
  /** The cluster of each point, int32 `[N]`. */
  assignments: Tensor;
  /**
   * The spread `σ_j` of each cluster, `[k]`: the root of the mean squared distance to its centre
   * along one axis, `σ_j^2 = 1/(n_j d) Σ ||x - c_j||^2`; for one axis, the standard deviation.
   * Clusters of fewer than two (different) points get the mean spread of the others; if no cluster
   * has two, all get `d_max / √(2k)`.
   */
  spreads: Tensor;
  /** The sum of the squared distances of all points to their centres. */
  inertia: number;
  /** How often the centres were moved. */
  iterations: number;
}

/**
 * Finds `k` clusters (Lloyd's algorithm): every point belongs to the nearest centre, every centre
 * moves to the mean of its points, until no point changes its cluster. A centre without points
 * stays where it is. The result depends on the initial centres: it is a local optimum, not
 * the global one.
 *
 * @param X The points, `[N, d]`, or `[N]` for numbers.
 * @param k The number of clusters.
 * @returns The tensors are the caller's.
 * @throws {RangeError} if `k` is not an integer from 1 to the number of points, and for an
 * unknown `init`.
 * @throws {TypeError} for an option that does not exist.
 * @throws {DataError} if `X` is empty, holds NaN or an infinite number, fewer than `k` different
 * points, or only equal ones, and where their squared distances are no numbers of float32.
 * @throws {ShapeError} if `X` is not a matrix or a vector, or initial centres do not fit.
 *
 * @example
 * ```ts
 * import { kMeans } from "@neurite/rbf";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { centers, assignments, spreads, inertia } = kMeans([1, 2, 3, 11, 13], 2, { init: [1, 13] });
 * assertEquals(centers.array(), [[2], [12]]);
 * assertEquals(assignments.array(), [0, 0, 0, 1, 1]);
 * assertAlmostEquals(spreads.dataSync()[0], Math.sqrt(2 / 3), 1e-6); // of 1, 2, 3
 * assertEquals(inertia, 4);
 * ```
 */
export function kMeans(X: TensorLike, k: number, options: KMeansOptions = {}): KMeans {
  checkOptions("find clusters", options, KNOWN);
  const { init = "k-means++", seed, maxIterations = 300 } = options;
  const rng = options.rng ?? (seed === undefined ? globalRng() : new Rng(seed));
  checkCount("find clusters", "maxIterations", maxIterations);
  if (typeof init === "string") checkOneOf("find clusters", "init", init, ["random", "k-means++"]);
  return onHost(() => {
    const x = checkPoints(X, k);
    const initial = typeof init === "string"
      ? choose(x, k, init, rng)
      : checkInitial("the initial centres", init, [k, x.shape[1]]);
    const centers = add(initial, 0); // a copy, which will be moved
    const assignments = nearest(x, centers);
    let iterations = 0, changed = Infinity;
    while (changed > 0 && iterations < maxIterations) {
      tidy(() => {
        centers.assign(means(x, assignments, centers));
        const now = nearest(x, centers);
        changed = sum(notEqual(now, assignments)).item();
        assignments.assign(now);
      });
      iterations++;
    }
    const inertia = sum(square(sub(x, gather(centers, assignments)))).item();
    const spreads = spreadsOf(x, assignments, centers);
    return { centers, assignments, spreads, inertia, iterations };
  });
}

/** The one spread of the chapter for all centres `c`: `σ = d_max / √(2k)`, `[k]`. */
export function sharedSpread(c: Tensor): Tensor {
  return tidy(() => {
    const k = c.shape[0], dMax = sqrt(max(squaredDistances(c, c)));
    return broadcastTo(div(dMax, Math.sqrt(2 * k)), [k]);
  });
}

/** The index of the centre that is nearest to each point. */
function nearest(x: Tensor, c: Tensor): Tensor {
  return tidy(() => argmin(squaredDistances(x, c)));
}

/** The number of points of each cluster. */
function sizes(assignments: Tensor, k: number): Tensor {
  return scatterAdd(assignments, onesLike(assignments), k);
}

/** The mean of the points of each cluster; where there are none, the centre. */
function means(x: Tensor, assignments: Tensor, c: Tensor): Tensor {
  // c_j + 1/n_j Σ (x - c_j): small differences are added up more exactly than the points themselves.
  const k = c.shape[0], n = maximum(sizes(assignments, k), 1);
  const moves = scatterAdd(assignments, sub(x, gather(c, assignments)), k);
  return add(c, div(moves, expandDims(n, 1)));
}

/** The spread of each cluster; see {@linkcode KMeans.spreads}. */
function spreadsOf(x: Tensor, assignments: Tensor, c: Tensor): Tensor {
  const [k, d] = c.shape, n = sizes(assignments, k);
  const squares = sum(square(sub(x, gather(c, assignments))), { axis: 1 });
  // σ_j^2 = 1/(n_j d) Σ ||x - c_j||^2
  const σ = sqrt(div(scatterAdd(assignments, squares, k), mul(maximum(n, 1), d)));
  // Whether a cluster has a point other than the one next to its centre.
  const next = gather(x, argmin(squaredDistances(x, c), { axis: 0 }));
  const others = sum(notEqual(x, gather(next, assignments)), { axis: 1 });
  const own = greater(scatterAdd(assignments, others, k), 0), count = sum(own).item();
  if (count === 0) return sharedSpread(c);
  return where(own, σ, div(sum(mul(own, σ)), count));
}

/** Chooses `k` different points as centres. */
function choose(x: Tensor, k: number, init: KMeansInit, rng: Rng): Tensor {
  const N = x.shape[0], chosen = [rng.integer(N)];
  const distance = () => reshape(squaredDistances(x, gather(x, [chosen.at(-1)!])), [N]);
  let D = distance(); // squared, to the nearest centre
  while (chosen.length < k) {
    const chances = cumsum(init === "random" ? greater(D, 0) : D).dataSync(), all = chances[N - 1];
    if (!(all > 0)) {
      throw new DataError(
        `Cannot find ${k} clusters as there must be as many different points: current ` +
          `${chosen.length} among ${N}`,
        { expected: k, found: chosen.length },
      );
    }
    const at = rng.uniform(0, all);
    chosen.push(chances.findIndex((upTo) => upTo > at));
    D = minimum(D, distance());
  }
  return gather(x, chosen);
}
