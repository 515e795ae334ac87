/** What the metrics that look at the largest few predictions have in common. */
import type { Tensor } from "@neurite/tensor";
import type { MetricOptions } from "./metric.ts";

/** Options of the metrics that look at the largest few predictions. */
export interface TopKOptions extends MetricOptions {
  /** How many predictions are looked at; 5 by default. */
  k?: number;
}

/** Checks how many are looked at. */
export function checkK(metric: string, k: number): number {
  if (Number.isInteger(k) && k >= 1) return k;
  throw new RangeError(
    `Cannot make ${metric} as k must be a whole number of 1 or more: current ${k}`,
  );
}

/** 1 for each row in which fewer than `k` predictions are larger than that of the class. */
export function inTopK(classes: ArrayLike<number>, yPred: Tensor, k: number): Uint8Array {
  const y = yPred.dataSync(), n = yPred.shape[yPred.rank - 1];
  const right = new Uint8Array(classes.length);
  for (let row = 0; row < classes.length; row++) {
    const first = row * n, own = y[first + classes[row]];
    let larger = 0;
    for (let j = first; j < first + n; j++) if (y[j] > own) larger++;
    right[row] = Number.isFinite(own) && larger < k ? 1 : 0;
  }
  return right;
}
