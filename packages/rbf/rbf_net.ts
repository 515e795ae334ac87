/** The RBF net: a weighted sum of radial basis functions, fitted to examples. */
import {
  add,
  addScaled,
  asTensor,
  DataError,
  DivergedError,
  gather,
  globalRng,
  keep,
  leastSquares,
  matmul,
  normal,
  pad,
  reshape,
  Rng,
  ShapeError,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import {
  checkCount,
  checkOneOf,
  checkOptions,
  checkPositive,
  onHost,
} from "@neurite/tensor/internal";
import { checkInitial, matrix } from "./check.ts";
import { kMeans, type KMeansInit, sharedSpread } from "./k_means.ts";
import { RADIAL, type RadialFunction, type RadialName } from "./radial_functions.ts";

/** What kind of {@linkcode RBFNet} to make. */
export interface RBFNetOptions {
  /** The number of basis functions k. */
  k: number;
  /** The learning rate η; 0.01 by default. */
  learningRate?: number;
  /** How often all examples are gone through; 100 by default. */
  epochs?: number;
  /** The basis function φ, by name or as a function of your own; `gaussian` by default. */
  rbf?: RadialName | RadialFunction;
  /**
   * Whether each basis function has the spread of its cluster (by default), or all share the one
   * spread `σ = d_max / √(2k)`, where `d_max` is the largest distance between two centres.
   */
  inferSpreads?: boolean;
  /** How k-means chooses the initial centres; `k-means++` by default. */
  init?: KMeansInit;
  /** The seed of everything random; the global generator of `@neurite/tensor` without one. */
  seed?: number;
}

/** After how many examples the weights are moved: one, `batchSize` of them, or all. */
export type Update = "online" | "minibatch" | "batch";

/** How {@linkcode RBFNet.fit} finds the weights. */
export interface RBFFitOptions {
  /** By the update rules (`gradient-descent`, by default), or in closed form. */
  solve?: "gradient-descent" | "least-squares";
  /** When the update rules move the weights; `online` by default. */
  update?: Update;
  /** Examples in a minibatch; 10 by default. The last one of an epoch may be smaller. */
  batchSize?: number;
  /** Whether each epoch takes the examples in a new random order; `false` by default. */
  shuffle?: boolean;
  /** The ridge λ of the closed form, 0 or more; 1e-6 by default. It does not weigh on the bias. */
  ridge?: number;
  /** Initial values, in place of random ones. */
  initial?: {
    /** The initial centres of k-means, `[k, in]`. */
    centers?: TensorLike;
    /** The weights, `[k, out]`. */
    weights?: TensorLike;
    /** The bias, `[out]`. */
    bias?: TensorLike;
  };
}

/** The names of the options of a net. */
const KNOWN: Readonly<Record<keyof RBFNetOptions, true>> = {
  k: true,
  learningRate: true,
  epochs: true,
  rbf: true,
  inferSpreads: true,
  init: true,
  seed: true,
};

/** The names of the options of {@linkcode RBFNet.fit}. */
const KNOWN_FIT: Readonly<Record<keyof RBFFitOptions, true>> = {
  solve: true,
  update: true,
  batchSize: true,
  shuffle: true,
  ridge: true,
  initial: true,
};

/** The course of a fit. */
export interface RBFHistory {
  /**
   * The cost of each epoch, `C / N`: the squared error averaged over the examples, each measured
   * before its step. In closed form the one cost that is left.
   */
  cost: number[];
}

/** What `fit` finds. */
interface Fitted {
  readonly c: Tensor;
  readonly σ: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
}

/** What is found once the basis functions are known. */
interface Solution extends RBFHistory {
  readonly w: Tensor;
  readonly b: Tensor;
}

/**
 * A radial basis function network: `k` centres, found by {@linkcode kMeans}, each with a function of
 * the distance to it, and a weighted sum of these:
 *
 * `F(x) = Σ_j w_j φ_j(x, c_j) + b`
 *
 * With several outputs each has weights of its own. `fit` learns the weights for the cost
 * `C = Σ_i (y^(i) - F(x^(i)))^2`, by gradient descent or in closed form.
 *
 * From: Broomhead and Lowe, "Multivariable functional interpolation and adaptive networks", 1988;
 * Moody and Darken, "Fast learning in networks of locally-tuned processing units", 1989.
 *
 * @example
 * ```ts
 * import { RBFNet } from "@neurite/rbf";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const X = Array.from({ length: 50 }, (_, i) => i / 50);
 * const net = new RBFNet({ k: 6, inferSpreads: false, seed: 1 });
 * net.fit(X, X.map((x) => Math.sin(2 * Math.PI * x)), { solve: "least-squares" });
 * const [y] = net.predict([0.25]).dataSync();
 * assertAlmostEquals(y, 1, 0.05);
 * ```
 */
export class RBFNet {
  /** The number of basis functions k. */
  readonly k: number;
  /** The learning rate η. */
  readonly learningRate: number;
  /** How often all examples are gone through. */
  readonly epochs: number;
  /** The basis function φ. */
  readonly rbf: RadialFunction;
  /** Whether each basis function has a spread of its own. */
  readonly inferSpreads: boolean;
  /** How k-means chooses the initial centres. */
  readonly init: KMeansInit;
  readonly #seed: number | undefined;
  #fitted?: Fitted;
  #vector = false;

  /**
   * A net that is still to be fitted.
   *
   * @throws {RangeError} for numbers, names or a seed that mean nothing.
   * @throws {TypeError} for an option that does not exist.
   */
  constructor(options: RBFNetOptions) {
    const make = "make an RBF net";
    checkOptions(make, options, KNOWN);
    const { k, learningRate = 0.01, epochs = 100, rbf = "gaussian", seed } = options;
    const { inferSpreads = true, init = "k-means++" } = options;
    checkCount(make, "k", k);
    checkCount(make, "epochs", epochs);
    checkPositive(make, "learningRate", learningRate);
    checkOneOf(make, "init", init, ["random", "k-means++"]);
    if (typeof rbf !== "function") checkOneOf(make, "rbf", rbf, Object.keys(RADIAL));
    if (seed !== undefined) void new Rng(seed); // Throws for a bad one.
    this.k = k;
    this.learningRate = learningRate;
    this.epochs = epochs;
    this.rbf = typeof rbf === "function" ? rbf : RADIAL[rbf];
    this.inferSpreads = inferSpreads;
    this.init = init;
    this.#seed = seed;
  }

  /** The centres `c_j`, `[k, in]`. Until the next `fit`, like the other parameters. */
  get centers(): Tensor {
    return this.#known("tell the centres").c;
  }

  /** The spreads `σ_j`, `[k]`. */
  get spreads(): Tensor {
    return this.#known("tell the spreads").σ;
  }

  /** The weights `w_j`, `[k, out]`. */
  get weights(): Tensor {
    return this.#known("tell the weights").w;
  }

  /** The bias `b`, `[out]`. */
  get bias(): Tensor {
    return this.#known("tell the bias").b;
  }

  /**
   * Finds centres and spreads by k-means, then the weights: from random normal numbers by the update
   * rules, or by least squares. A second call begins anew, with a seed at the same numbers: other ways
   * to fit find weights for the same centres. One that fails leaves all as it was.
   *
   * The rules are those of one example, averaged over the `m` examples of an update (1 for
   * `online`, all for `batch`); the factor 2 of the derivative goes into `η`:
   *
   * `w_j ← w_j + η (y - F(x)) φ_j(x, c_j)`, `b ← b + η (y - F(x))`
   *
   * @param X The inputs, `[N, in]`, or `[N]` for numbers.
   * @param y The desired outputs, `[N, out]`, or `[N]` for numbers.
   * @throws {RangeError} for options that mean nothing, and if `k` is above the number of examples.
   * @throws {TypeError} for an option that does not exist.
   * @throws {ShapeError} if `X` and `y` do not fit each other, and where `rbf` gives no `[N, k]`.
   * @throws {DataError} if they are empty or not finite, if `X` has fewer than `k` different rows,
   * and if the basis functions depend on each other so that the closed form needs a ridge.
   * @throws {DivergedError} if the cost becomes NaN or infinite; names epoch and step.
   */
  fit(X: TensorLike, y: TensorLike, options: RBFFitOptions = {}): RBFHistory {
    checkOptions("fit", options, KNOWN_FIT);
    checkOptions("fit", options.initial, { centers: true, weights: true, bias: true });
    const { solve = "gradient-descent", update = "online", ridge = 1e-6 } = options;
    checkOneOf("fit", "solve", solve, ["gradient-descent", "least-squares"]);
    checkOneOf("fit", "update", update, ["online", "minibatch", "batch"]);
    checkCount("fit", "batchSize", options.batchSize ?? 10);
    checkPositive("fit", "ridge", ridge, true);
    const rng = this.#seed === undefined ? globalRng() : new Rng(this.#seed);
    const { fitted, cost, vector } = onHost(() => {
      const desired = asTensor(y), vector = desired.rank === 1;
      const x = matrix(X, "X"), d = matrix(desired, "y"), [N] = x.shape;
      if (d.shape[0] !== N) {
        const rule = "X and y must have one row for each example";
        throw new ShapeError("fit", rule, [x.shape, d.shape]);
      }
      const init = options.initial?.centers ?? this.init;
      const { centers: c, spreads } = kMeans(x, this.k, { init, rng });
      const σ = this.inferSpreads ? spreads : this.#shared(c);
      const φ = this.#basis(x, c, σ);
      const { w, b, cost } = solve === "least-squares"
        ? closedForm(φ, d, ridge)
        : this.#descend(φ, d, options, rng);
      return { fitted: { c, σ, w, b }, cost, vector };
    });
    for (const tensor of Object.values(fitted)) keep(tensor);
    for (const tensor of Object.values(this.#fitted ?? {})) tensor.dispose();
    this.#fitted = fitted;
    this.#vector = vector;
    return { cost };
  }

  /**
   * The outputs `F(x)` for the rows of `X`.
   *
   * @param X The inputs, `[N, in]`, or `[N]` for numbers.
   * @returns `[N, out]`, or `[N]` if the `y` that was fitted was a vector.
   * @throws {Error} before the first `fit`.
   * @throws {ShapeError} if `X` has another number of columns.
   * @throws {DataError} if `X` is empty or holds NaN or an infinite number.
   */
  predict(X: TensorLike): Tensor {
    const { c, σ, w, b } = this.#known("predict");
    return onHost(() => {
      const x = matrix(X, "X");
      if (x.shape[1] !== c.shape[1]) {
        const rule = `X must be of shape [N, ${c.shape[1]}] as when the net was fitted`;
        throw new ShapeError("predict", rule, [x.shape]);
      }
      const y = F(this.#basis(x, c, σ), w, b);
      return this.#vector ? reshape(y, [-1]) : y;
    });
  }

  /** Gradient descent from initial values; gives the cost of each epoch. */
  #descend(φ: Tensor, y: Tensor, options: RBFFitOptions, rng: Rng): Solution {
    const { update = "online", batchSize = 10, shuffle = false, initial = {} } = options;
    const out = y.shape[1], η = this.learningRate;
    const initialOf = (name: string, value: TensorLike | undefined, shape: number[]) =>
      value === undefined ? normal(shape, 0, 1, { rng }) : add(checkInitial(name, value, shape), 0); // a copy, which will be moved
    const w = initialOf("the initial weights", initial.weights, [this.k, out]);
    const b = reshape(initialOf("the initial bias", initial.bias, [out, 1]), [out]);
    const N = y.shape[0], size = { online: 1, minibatch: batchSize, batch: N }[update];
    const cost: number[] = [], inOrder = Int32Array.from({ length: N }, (_, i) => i);
    for (let epoch = 1; epoch <= this.epochs; epoch++) {
      const order = shuffle ? rng.permutation(N) : inOrder;
      let total = 0;
      for (let i = 0; i < N; i += size) {
        tidy(() => {
          const rows = order.subarray(i, i + size), m = rows.length, φ_i = gather(φ, rows);
          const e = sub(gather(y, rows), F(φ_i, w, b)); // y - F(x)
          const C = sum(square(e)).item(); //              C = Σ_i (y - F(x))^2
          if (!Number.isFinite(C)) throw new DivergedError(C, epoch, i / size + 1);
          // w_j ← w_j + η (y - F(x)) φ_j(x, c_j)
          w.assign(addScaled(w, matmul(φ_i, e, { transposeA: true }), η / m));
          // b ← b + η (y - F(x))
          b.assign(addScaled(b, sum(e, { axis: 0 }), η / m));
          total += C;
        });
      }
      cost.push(total / N);
    }
    const last = sum(w).item() + sum(b).item(); // the last step was not measured yet
    if (!Number.isFinite(last)) throw new DivergedError(last, this.epochs, Math.ceil(N / size));
    return { w, b, cost };
  }

  /** `φ_j(x, c_j)` of all points and centres, `[N, k]`, of a function that may be the caller's own. */
  #basis(x: Tensor, c: Tensor, σ: Tensor): Tensor {
    const φ = this.rbf(x, c, σ), wanted = `[${x.shape[0]}, ${this.k}]`;
    if (`[${φ.shape.join(", ")}]` === wanted) return φ;
    const rule = `it must give ${wanted}, a number for each point and centre`;
    throw new ShapeError("use the basis function", rule, [φ.shape]);
  }

  /** One spread for all centres. */
  #shared(c: Tensor): Tensor {
    if (this.k > 1) return sharedSpread(c);
    throw new RangeError(
      "Cannot fit as one spread for all needs the distance of two centres: current k = 1. " +
        "Leave inferSpreads true",
    );
  }

  /** What was fitted. */
  #known(what: string): Fitted {
    if (this.#fitted !== undefined) return this.#fitted;
    throw new Error(`Cannot ${what} as the net must be fitted: current net is not. Call fit(X, y)`);
  }
}

/** `F(x) = Σ_j w_j φ_j(x, c_j) + b`, of `φ` `[N, k]`: `[N, out]`. */
function F(φ: Tensor, w: Tensor, b: Tensor): Tensor {
  return add(matmul(φ, w), b);
}

/** The `w` and `b` that minimise `Σ_i (y^(i) - F(x^(i)))^2 + λ Σ_j w_j^2`. */
function closedForm(φ: Tensor, y: Tensor, λ: number): Solution {
  const [N, k] = φ.shape, out = y.shape[1];
  if (λ === 0 && N <= k) {
    throw new RangeError(
      `Cannot fit without a ridge as there must be more examples than k: current ${N}, k = ${k}`,
    );
  }
  // The bias is the weight of one more basis function, which is 1 everywhere.
  const φ1 = pad(φ, [[0, 0], [0, 1]], 1);
  const solution = leastSquares(φ1, y, { ridge: [...new Array(k).fill(λ), 0] });
  const w = asTensor(solution.hi(k, out), φ.backend);
  const b = asTensor(solution.pick(k, null), φ.backend);
  const C = sum(square(sub(y, F(φ, w, b)))).item();
  if (!Number.isFinite(C)) {
    throw new DataError(
      `Cannot fit as the squared errors must be numbers of float32: current sum ${C}. Scale y`,
    );
  }
  return { w, b, cost: [C / N] };
}
