/** Reductions along axes. */
import type { Reduction } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Kernels, TfTensor } from "../kernels.ts";
import { sizeOf } from "../kernels.ts";
import type { Runner } from "./runner.ts";

export const sum: Runner<Reduction> = (tf, [x], { axes, keepDims }, { shape, dtype }) =>
  x.size === 0 ? tf.fill(shape, 0, dtype) : tf.sum(x, axes, keepDims);

export const max: Runner<Reduction> = (tf, [x], { axes, keepDims }) => tf.max(x, axes, keepDims);

export const min: Runner<Reduction> = (tf, [x], { axes, keepDims }) =>
  axes.length === 0
    ? x
    : tf.one("Min", x, { axis: [...axes], reductionIndices: [...axes], keepDims });

/** The place of the largest or smallest along an axis: the first of equal ones, of NaN before all. */
export function argRunner(name: "ArgMax" | "ArgMin"): Runner<Reduction> {
  return (tf, [x], { axes: [axis] }, { shape }) => {
    const place = (y: TfTensor, kernel: string) => tf.reshape(tf.one(kernel, y, { axis }), shape);
    if (x.dtype === "int32") return place(x, name);
    const isNaN = tf.one("IsNan", x), bits = tf.cast(isNaN, "float32");
    const numbers = tf.select(isNaN, tf.number(0), x, x.shape);
    const any = tf.reshape(tf.cast(tf.max(bits, [axis]), "bool"), shape);
    return tf.select(any, place(bits, "ArgMax"), place(numbers, name), shape);
  };
}

export const cumsum: Runner<KernelAttributes["cumsum"]> = (tf, [x], { axis, exclusive, reverse }) =>
  tf.one("Cumsum", x, { axis, exclusive, reverse });

export const infinityNorm: Runner<null> = (tf, xs) => {
  const each = xs.filter(({ size }) => size > 0).map((x) =>
    tf.max(tf.one("Abs", x), x.shape.map((_, i) => i))
  );
  return each.length === 0 ? tf.number(0) : tf.max(tf.stack(each, 0), [0]);
};

export const variance: Runner<KernelAttributes["variance"]> = (
  tf,
  [x],
  { axes, keepDims, correction },
  { shape },
) => {
  const count = sizeOf(axes.map((i) => x.shape[i]));
  const { deviations } = moments(tf, x, axes);
  const squares = tf.sum(tf.one("Square", deviations), axes, keepDims);
  return tf.reshape(tf.div(squares, tf.number(Math.max(0, count - correction))), shape);
};

/** The mean over axes, which are kept, and what the elements differ from it. */
export function moments(
  tf: Kernels,
  x: TfTensor,
  axes: readonly number[],
): { mean: TfTensor; deviations: TfTensor } {
  const count = sizeOf(axes.map((i) => x.shape[i]));
  const mean = tf.div(tf.sum(x, axes, true), tf.number(count));
  return { mean, deviations: tf.sub(x, mean) };
}
