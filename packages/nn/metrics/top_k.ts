/** What the metrics that look at the largest few predictions have in common. */
import {
  cast,
  clip,
  equal,
  greater,
  less,
  mul,
  reshape,
  sub,
  sum,
  takeAlongAxis,
  type Tensor,
} from "@neurite/tensor";
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

/**
 * 1 for each row in which fewer than `k` predictions are larger than that of the class. A prediction
 * that is not finite is not among them, nor is a class that there is not.
 */
export function inTopK(classes: Tensor, yPred: Tensor, k: number): Tensor {
  const n = yPred.shape[yPred.rank - 1], y = reshape(yPred, [-1, n]);
  const wanted = cast(reshape(classes, [-1, 1]), "float32"), place = clip(wanted, 0, n - 1);
  const own = takeAlongAxis(y, cast(place, "int32"), 1);
  const larger = sum(greater(y, own), { axis: 1, keepDims: true });
  const there = mul(equal(place, wanted), equal(sub(own, own), 0));
  return reshape(mul(less(larger, k), there), [-1]);
}
