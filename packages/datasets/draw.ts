/** What the generators of synthetic sets have in common. */
import type { NdArray, Rng } from "@neurite/tensor";

/** How many examples are drawn, and from which generator. */
export interface DrawOptions {
  /** How many examples. */
  count?: number;
  /** The seed of a generator for this call, 0 unless given; another seed, other examples. */
  seed?: number;
  /** A generator to draw from, in place of `seed`. */
  rng?: Rng;
}

/** Points in the plane and the class of each. */
export interface LabelledPoints {
  /** The points, float32 `[n, 2]`. */
  X: NdArray<Float32Array>;
  /** The classes, counted from 0, `[n]`. */
  labels: NdArray<Uint8Array>;
}

/** Refuses an option of an operation unless `ok`. */
export function check(
  ok: boolean,
  operation: string,
  option: string,
  rule: string,
  value: number,
): void {
  if (!ok) {
    throw new RangeError(`Cannot ${operation} as ${option} must be ${rule}: current ${value}`);
  }
}

/** Labels from 0 to `classes - 1` in random order; how often they occur differs by one at most. */
export function balancedLabels(count: number, classes: number, rng: Rng): Uint8Array {
  return Uint8Array.from(rng.permutation(count), (position) => position % classes);
}
