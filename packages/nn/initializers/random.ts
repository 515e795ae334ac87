/** Random start values whose spread does not depend on the shape. */
import { normal, type Rng, type Tensor, truncatedNormal, uniform } from "@neurite/tensor";
import type { Config } from "../variable.ts";
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
export class RandomNormal implements Initializer {
  /** The name in files. */
  static readonly className = "RandomNormal";
  /** The mean. */
  readonly mean: number;
  /** The standard deviation. */
  readonly stddev: number;

  /** Takes mean and standard deviation. */
  constructor({ mean = 0, stddev = 0.05 }: NormalOptions = {}) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return normal(shape, this.mean, this.stddev, { rng });
  }

  /** What makes the same initializer again. */
  toConfig(): Config {
    const { mean, stddev } = this;
    return { className: RandomNormal.className, config: { mean, stddev } };
  }

  /** Makes an initializer of what `toConfig` gave. */
  static fromConfig(config: Record<string, unknown>): RandomNormal {
    return new RandomNormal(config);
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
export class TruncatedNormal implements Initializer {
  /** The name in files. */
  static readonly className = "TruncatedNormal";
  /** The mean. */
  readonly mean: number;
  /** The standard deviation before the tails are cut. */
  readonly stddev: number;

  /** Takes mean and standard deviation. */
  constructor({ mean = 0, stddev = 0.05 }: NormalOptions = {}) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return truncatedNormal(shape, this.mean, this.stddev, { rng });
  }

  /** What makes the same initializer again. */
  toConfig(): Config {
    const { mean, stddev } = this;
    return { className: TruncatedNormal.className, config: { mean, stddev } };
  }

  /** Makes an initializer of what `toConfig` gave. */
  static fromConfig(config: Record<string, unknown>): TruncatedNormal {
    return new TruncatedNormal(config);
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
export class RandomUniform implements Initializer {
  /** The name in files. */
  static readonly className = "RandomUniform";
  /** The lower bound. */
  readonly minval: number;
  /** The upper bound. */
  readonly maxval: number;

  /** Takes the bounds. */
  constructor({ minval = -0.05, maxval = 0.05 }: UniformOptions = {}) {
    this.minval = minval;
    this.maxval = maxval;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return uniform(shape, this.minval, this.maxval, { rng });
  }

  /** What makes the same initializer again. */
  toConfig(): Config {
    const { minval, maxval } = this;
    return { className: RandomUniform.className, config: { minval, maxval } };
  }

  /** Makes an initializer of what `toConfig` gave. */
  static fromConfig(config: Record<string, unknown>): RandomUniform {
    return new RandomUniform(config);
  }
}
