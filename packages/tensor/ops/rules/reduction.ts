/** What operations that reduce axes have in common. */
import type { TensorSpec } from "../../backend.ts";
import { ShapeError } from "../../errors.ts";
import type { NdArray } from "../../ndarray.ts";
import { normalizeAxes, rowMajorStrides, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { type AxisOr, withAxis } from "./axis.ts";

/** Which axes to reduce. */
export interface ReduceOptions {
  /** The axis or axes; negative ones count from the end. All of them by default. */
  axis?: number | readonly number[];
  /** Whether reduced axes stay, with size 1. `false` by default. */
  keepDims?: boolean;
}

/** The attributes of a reduction: axes counted from the front, in order. */
export interface Reduction {
  /** The reduced axes. */
  readonly axes: readonly number[];
  /** Whether they stay, with size 1. */
  readonly keepDims: boolean;
}

const REDUCE_OPTIONS: Record<keyof ReduceOptions, true> = { axis: true, keepDims: true };

/** The attributes that options, or an axis alone, ask for. */
export function reduction(
  name: string,
  x: Tensor,
  given: AxisOr<ReduceOptions>,
  known: Readonly<Record<string, true>> = REDUCE_OPTIONS,
): Reduction {
  const options = withAxis<ReduceOptions>(name, given, known as typeof REDUCE_OPTIONS);
  return {
    axes: normalizeAxes(name, options.axis, x.shape),
    keepDims: options.keepDims ?? false,
  };
}

/** How many elements go into each element of the result. */
export function reducedCount(x: Tensor, { axes }: Reduction): number {
  return axes.reduce((product, i) => product * x.shape[i], 1);
}

/** Refuses to look for one element among none. */
export function checkNotEmpty(name: string, x: Tensor, attributes: Reduction): void {
  if (reducedCount(x, attributes) === 0) {
    throw new ShapeError(
      name,
      "the reduced axes must have at least one element",
      [x.shape],
      `axes [${attributes.axes.join(", ")}] of shape [${x.shape.join(", ")}]`,
    );
  }
}

/** A result, or its gradient, with the reduced axes of size 1: broadcasts against `x`. */
export function expanded(y: Tensor, x: Tensor, { axes }: Reduction): Tensor {
  return reshape(y, reducedShape(x.shape, { axes, keepDims: true }));
}

/** The shape with the reduced axes left out or of size 1. */
export function reducedShape(
  shape: readonly number[],
  { axes, keepDims }: Reduction,
): readonly number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}

/** The shape rule of a reduction that keeps the element type. */
export function reduceSpec([x]: readonly Tensor[], attributes: Reduction): TensorSpec {
  return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
}

/** Calls `f(i, x_j)` for every element `x_j` and the position `i` of the result it belongs to. */
export function visitReduced(
  x: NdArray,
  { axes }: Reduction,
  f: (at: number, value: number) => void,
): void {
  const kept = rowMajorStrides(reducedShape(x.shape, { axes, keepDims: true }));
  const strides = kept.map((s, i) => axes.includes(i) ? 0 : s);
  visit(x.shape, [[...x.stride], strides], (_, [from, at]) => f(at, x.data[x.offset + from]));
}
