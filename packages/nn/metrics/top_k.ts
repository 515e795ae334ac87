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
import { checkCount } from "@neurite/tensor/internal";
import { withoutNaN } from "./matches.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of the metrics that look at the largest few predictions. */
export interface TopKOptions extends MetricOptions {
  /** How many predictions are looked at; 5 by default. */
  k?: number;
}

/** Checks how many are looked at. */
export function checkK(metric: string, k: number): number {
  checkCount(`make ${metric}`, "k", k);
  return k;
}

/**
 * 1 for each row in which fewer than `k` predictions are larger than that of the class. A prediction
 * that is not finite is not among them, nor is one beside NaN, nor a class that there is not.
 */
export function inTopK(classes: Tensor, yPred: Tensor, k: number): Tensor {
  const n = yPred.shape[yPred.rank - 1], y = reshape(yPred, [-1, n]);
  const wanted = cast(reshape(classes, [-1, 1]), "float32");
  const place = cast(clip(wanted, 0, n - 1), "int32"), own = takeAlongAxis(y, place, 1);
  const larger = sum(greater(y, own), { axis: 1, keepDims: true });
  const there = mul(equal(cast(place, "float32"), wanted), equal(sub(own, own), 0));
  return mul(reshape(mul(less(larger, k), there), [-1]), withoutNaN(y));
}
