/** What operations on the numbers along one axis have in common; their kernels take the last one. */
import { rowMajor } from "../../convert.ts";
import type { NdArray } from "../../ndarray.ts";
import type { Tensor } from "../../tensor.ts";
import { transpose } from "../shape/transpose.ts";

/** Along which axis. */
export interface AxisOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
}

/** `x` with `axis` moved to the end. */
export function axisToEnd(x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  return axis === x.rank - 1 ? x : transpose(x, [...others, axis]);
}

/** `y` with the last axis moved back to where `axis` was. */
export function axisFromEnd(y: Tensor, axis: number): Tensor {
  const last = y.rank - 1, others = y.shape.map((_, i) => i).slice(0, last);
  return axis === last ? y : transpose(y, [...others.slice(0, axis), last, ...others.slice(axis)]);
}

/** Calls `f` with the numbers along the last axis, in f64, and the position of the first. */
export function eachRow(x: NdArray, f: (row: Float64Array, at: number) => void): void {
  const values = Float64Array.from(rowMajor(x)), n = x.shape[x.shape.length - 1];
  for (let at = 0; at < values.length; at += n) f(values.subarray(at, at + n), at);
}

/** `log sum_i e^(x_i)`, with the largest number taken out. */
export function logSumExp(row: Float64Array): number {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(row.reduce((total, x) => total + Math.exp(x - largest), 0));
}
