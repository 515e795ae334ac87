/** Operations that read and write at places given by integers. */
import type { KernelAttributes } from "@neurite/tensor/contract";
import { type Kernels, sizeOf, type TfTensor } from "../kernels.ts";
import type { Runner } from "./runner.ts";

export const gather: Runner<number> = (tf, [x, indices], axis, { shape }) =>
  tf.reshape(tf.gather(x, tf.reshape(indices, [indices.size]), axis), shape);

export const oneHot: Runner<KernelAttributes["oneHot"]> = (
  tf,
  [indices],
  { depth, on, off },
  { shape },
) => {
  const rows = tf.reshape(indices, [indices.size]);
  const attributes = { depth, onValue: on, offValue: off, dtype: "float32" };
  return tf.reshape(tf.run("OneHot", { indices: rows }, attributes), shape);
};

export const scatterAdd: Runner<KernelAttributes["scatterAdd"]> = (
  tf,
  [updates, indices],
  { axis, size },
  { shape, dtype },
) => {
  const outer = sizeOf(shape.slice(0, axis)), inner = sizeOf(shape.slice(axis + 1));
  const n = indices.size, list = tf.reshape(updates, [outer, n, inner]);
  if (n === 0) return tf.fill(shape, 0, dtype);
  // Rows that belong together are brought together, and what they are added to back into its place.
  const rows = tf.reshape(tf.transpose(list, [1, 0, 2]), [n, outer * inner]);
  const sums = tf.scatterAdd(indices, rows, [size, outer * inner]);
  return tf.reshape(tf.transpose(tf.reshape(sums, [size, outer, inner]), [1, 0, 2]), shape);
};

/** For indices along an axis of a tensor of a shape: the places of the elements in a vector. */
function places(
  tf: Kernels,
  indices: TfTensor,
  axis: number,
  shape: readonly number[],
): TfTensor {
  let stride = 1, at: TfTensor | undefined;
  for (let i = shape.length - 1; i >= 0; stride *= shape[i--]) {
    const along = indices.shape.map((n, k) => k === i ? n : 1);
    const here = i === axis ? indices : tf.range(shape[i], along);
    const part = tf.scale(here, stride);
    at = at === undefined ? part : tf.add(at, part);
  }
  return tf.reshape(at!, [indices.size]);
}

/** The elements at places along an axis, in the shape of the places. */
function taken(tf: Kernels, x: TfTensor, indices: TfTensor, axis: number): TfTensor {
  const list = tf.gather(tf.reshape(x, [x.size]), places(tf, indices, axis, x.shape));
  return tf.reshape(list, indices.shape);
}

export const takeAlongAxis: Runner<number> = (tf, [x, indices], axis) =>
  taken(tf, x, indices, axis);

export const addAlongAxis: Runner<KernelAttributes["addAlongAxis"]> = (
  tf,
  [updates, indices],
  { axis },
  { shape, dtype },
) => {
  if (updates.size === 0) return tf.fill(shape, 0, dtype);
  const list = tf.reshape(updates, [updates.size]);
  return tf.reshape(tf.scatterAdd(places(tf, indices, axis, shape), list, [sizeOf(shape)]), shape);
};

export const scatter: Runner<KernelAttributes["scatter"]> = (
  tf,
  [x, indices, updates],
  { axis, reduction },
  { shape },
) => {
  // One after the other along the axis: no two that are written together have one place.
  const along = tf.range(shape[axis], shape.map((n, i) => i === axis ? n : 1));
  const join = (old: TfTensor, update: TfTensor): TfTensor => {
    if (reduction === "set") return update;
    return tf.two({ add: "Add", max: "Maximum", min: "Minimum" }[reduction], old, update);
  };
  let y = x;
  for (let j = 0; j < indices.shape[axis]; j++) {
    const [place, update] = [indices, updates].map((list) =>
      tf.slice(
        list,
        list.shape.map((_, i) => i === axis ? j : 0),
        list.shape.map((n, i) => i === axis ? 1 : n),
      )
    );
    y = tf.select(tf.two("Equal", along, place), join(y, update), y, shape);
  }
  return y;
};

export const topKIndices: Runner<KernelAttributes["topKIndices"]> = (
  tf,
  [x],
  { k, largest },
  { shape },
) => {
  const n = x.shape[x.shape.length - 1], rows = tf.reshape(x, [x.size / n, n]);
  const first = (keys: TfTensor, k: number) =>
    tf.runForList("TopK", { x: keys }, { k, sorted: true })[1];
  // Of integers, -1 - x turns the order round and is an integer; of numbers it is -x.
  const turn = (keys: TfTensor) =>
    largest
      ? keys
      : x.dtype === "int32"
      ? tf.sub(tf.number(-1, "int32"), keys)
      : tf.one("Neg", keys);
  if (x.dtype === "int32") return tf.reshape(first(turn(rows), k), shape);
  // NaN is the largest of all. Equal ones keep their order, so numbers are put in order first, and then
  // what is NaN before or behind the others.
  const isNaN = tf.one("IsNan", rows);
  const order = first(turn(tf.select(isNaN, tf.number(Infinity), rows, rows.shape)), n);
  const flags = taken(tf, tf.cast(isNaN, "float32"), order, 1);
  return tf.reshape(taken(tf, order, first(turn(flags), k), 1), shape);
};
