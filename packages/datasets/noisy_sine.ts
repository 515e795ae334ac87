/** A wave under noise, the curve that an RBF net is to find. */
import { type NdArray, ndarray, Rng } from "@neurite/tensor";
import { checkCount, checkPositive } from "@neurite/tensor/internal";
import type { DrawOptions } from "./draw.ts";

/** What {@linkcode noisySine} draws: 100 samples unless `count` is given. */
export interface NoisySineOptions extends DrawOptions {
  /** The largest distance from the curve; 0.1 unless given. */
  noise?: number;
}

/** Samples of a curve under noise. */
export interface Samples {
  /** The inputs, ascending, float32 `[n, 1]`. */
  x: NdArray<Float32Array>;
  /** The outputs with noise, float32 `[n, 1]`. */
  y: NdArray<Float32Array>;
  /** The outputs without noise, float32 `[n, 1]`. */
  clean: NdArray<Float32Array>;
}

/**
 * Samples one period of a sine: `x` uniform in `[0, 1)` and sorted,
 * `y = sin(2 pi x) + uniform(-noise, noise)`.
 *
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals } from "@std/assert";
 * import { noisySine } from "@neurite/datasets";
 *
 * const { x, y, clean } = noisySine({ count: 50, noise: 0.1, seed: 1 });
 * assertAlmostEquals(clean.get(7, 0), Math.sin(2 * Math.PI * x.get(7, 0)), 1e-6);
 * assert(Math.abs(y.get(7, 0) - clean.get(7, 0)) <= 0.1);
 * ```
 */
export function noisySine(options: NoisySineOptions = {}): Samples {
  const { count = 100, noise = 0.1, seed = 0, rng = new Rng(seed) } = options;
  checkCount("sample a sine", "count", count);
  checkPositive("sample a sine", "noise", noise, true);
  const x = Float32Array.from({ length: count }, () => rng.uniform()).sort();
  const clean = x.map((at) => Math.sin(2 * Math.PI * at));
  const y = clean.map((value) => value + rng.uniform(-noise, noise));
  return {
    x: ndarray(x, [count, 1]),
    y: ndarray(y, [count, 1]),
    clean: ndarray(clean, [count, 1]),
  };
}
