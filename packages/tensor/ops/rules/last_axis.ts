/** What operations on the numbers along one axis have in common; their kernels take the last one. */
import { rowMajor } from "../../convert.ts";
import type { NdArray } from "../../ndarray.ts";
import type { Tensor } from "../../tensor.ts";
import { normalizeAxis } from "../../shape.ts";
import { type AxisOr, withAxis } from "./axis.ts";
import { transpose } from "../shape/transpose.ts";

/** Along which axis. */
export interface AxisOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
}

const AXIS_OPTIONS: Record<keyof AxisOptions, true> = { axis: true };

/** The axis that options ask for, counted from the front: the last one by default. */
export function axisOf(operation: string, given: AxisOr<AxisOptions>, x: Tensor): number {
  return normalizeAxis(operation, withAxis(operation, given, AXIS_OPTIONS).axis ?? -1, x.shape);
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

/**
 * `x_i - log sum_j e^(x_j)`. The largest number is taken off first and the logarithm last: beside huge
 * numbers it would be lost.
 */
export function logProbabilities(row: Float64Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const log = Math.log(row.reduce((total, x) => total + Math.exp(x - largest), 0));
  return row.map((x) => x - largest - log);
}
