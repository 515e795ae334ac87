/** Random initial values whose spread does not depend on the shape. */
import { normal, type Rng, type Tensor, truncatedNormal, uniform } from "@neurite/tensor";
import { Configurable, type Known } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";

/** The options of {@linkcode RandomNormal} and {@linkcode TruncatedNormal}. */
export interface NormalOptions {
  /** The mean; 0 by default. */
  mean?: number;
  /** The standard deviation (before the tails are cut, where they are); 0.05 by default. */
  stddev?: number;
}

/**
 * Normally distributed numbers.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { RandomNormal } from "@neurite/nn";
 * import { mean, Rng } from "@neurite/tensor";
 *
 * const w = new RandomNormal({ mean: 5, stddev: 0.1 }).make([100, 100], new Rng(1));
 * assertAlmostEquals(mean(w).item(), 5, 0.01);
 * ```
 */
export class RandomNormal extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<NormalOptions> = { mean: true, stddev: true };
  /** The mean. */
  readonly mean: number;
  /** The standard deviation. */
  readonly stddev: number;

  /** Takes mean and standard deviation. */
  constructor(options: NormalOptions = {}) {
    super(options);
    const { mean = 0, stddev = 0.05 } = options;
    this.mean = mean;
    this.stddev = stddev;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return normal(shape, this.mean, this.stddev, { rng });
  }
}

/**
 * Normally distributed numbers; those more than two standard deviations from the mean are drawn
 * again. What is left has a standard deviation of 0.88 times `stddev`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { TruncatedNormal } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const w = new TruncatedNormal({ stddev: 0.5 }).make([1000], new Rng(1));
 * assert(w.dataSync().every((v) => Math.abs(v) <= 1));
 * ```
 */
export class TruncatedNormal extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<NormalOptions> = { mean: true, stddev: true };
  /** The mean. */
  readonly mean: number;
  /** The standard deviation before the tails are cut. */
  readonly stddev: number;

  /** Takes mean and standard deviation. */
  constructor(options: NormalOptions = {}) {
    super(options);
    const { mean = 0, stddev = 0.05 } = options;
    this.mean = mean;
    this.stddev = stddev;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return truncatedNormal(shape, this.mean, this.stddev, { rng });
  }
}

/** The options of {@linkcode RandomUniform}. */
export interface UniformOptions {
  /** The lower bound; -0.05 by default. */
  minval?: number;
  /** The upper bound; 0.05 by default. */
  maxval?: number;
}

/**
 * Evenly distributed numbers between two bounds.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { RandomUniform } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const w = new RandomUniform({ minval: 1, maxval: 2 }).make([1000], new Rng(1));
 * assert(w.dataSync().every((v) => v >= 1 && v <= 2));
 * ```
 */
export class RandomUniform extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<UniformOptions> = { minval: true, maxval: true };
  /** The lower bound. */
  readonly minval: number;
  /** The upper bound. */
  readonly maxval: number;

  /** Takes the bounds. */
  constructor(options: UniformOptions = {}) {
    super(options);
    const { minval = -0.05, maxval = 0.05 } = options;
    this.minval = minval;
    this.maxval = maxval;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return uniform(shape, this.minval, this.maxval, { rng });
  }
}
