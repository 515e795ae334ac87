/** Pooling: images are given their borders before, as TensorFlow's kernels know "valid" and "same" only. */
import type { Pooling } from "@neurite/tensor";
import { type Kernels, sizeOf, type TfTensor } from "../kernels.ts";
import { sliceForwards } from "./shape.ts";
import type { Runner } from "./runner.ts";

const attributesOf = ({ kernel, strides }: Pooling) => ({
  filterSize: [...kernel],
  strides: [...strides],
  pad: "valid",
});

/** Images with a border of equal values. */
function around(tf: Kernels, x: TfTensor, { pads }: Pooling, value: number): TfTensor {
  return tf.pad(x, [[0, 0], pads[0], pads[1], [0, 0]], value);
}

/** Takes the border off. */
function within(
  tf: Kernels,
  x: TfTensor,
  { pads: [[top], [left]] }: Pooling,
  shape: readonly number[],
): TfTensor {
  return tf.slice(x, [0, top, left, 0], shape);
}

/** The elements of all windows, one tensor for each place in a window, in their order. */
function elements(tf: Kernels, x: TfTensor, { kernel, strides, output }: Pooling): TfTensor[] {
  const [n, , , channels] = x.shape, size = [n, ...output, channels];
  return Array.from({ length: sizeOf(kernel) }, (_, k) => {
    const begin = [0, Math.floor(k / kernel[1]), k % kernel[1], 0];
    return sliceForwards(tf, x, begin, [1, ...strides, 1], size);
  });
}

export const maxPool2d: Runner<Pooling> = (tf, [x], pooling, { shape }) => {
  const largest = (x: TfTensor, border: number) =>
    tf.run("MaxPool", { x: around(tf, x, pooling, border) }, attributesOf(pooling));
  // The kernel passes over NaN: where there is one in a window, it is the result.
  const isNaN = tf.cast(largest(tf.cast(tf.one("IsNan", x), "float32"), 0), "bool");
  return tf.select(isNaN, tf.number(NaN), largest(x, -Infinity), shape);
};

export const maxPool2dGradient: Runner<Pooling> = (tf, [dy, x], pooling, { shape }) => {
  const input = around(tf, x, pooling, -Infinity), attributes = attributesOf(pooling);
  const output = tf.run("MaxPool", { x: input }, attributes);
  const dx = tf.run("MaxPoolGrad", { dy, input, output }, attributes);
  return within(tf, dx, pooling, shape);
};

export const maxPool2dPick: Runner<Pooling> = (tf, [values, x], pooling, { shape }) => {
  const candidates = elements(tf, around(tf, x, pooling, -Infinity), pooling);
  const picks = elements(tf, around(tf, values, pooling, 0), pooling);
  let [most] = candidates, [picked] = picks;
  for (let k = 1; k < candidates.length; k++) {
    const isLarger = tf.two("Greater", candidates[k], most);
    most = tf.select(isLarger, candidates[k], most, shape);
    picked = tf.select(isLarger, picks[k], picked, shape);
  }
  return picked;
};

/** By what the mean over a window with its border is to be multiplied: the border does not count. */
function shares(tf: Kernels, pooling: Pooling): TfTensor {
  const { image, kernel, strides, pads, output } = pooling;
  const counts = [0, 1].map((axis) =>
    Array.from({ length: output[axis] }, (_, i) => {
      const start = i * strides[axis] - pads[axis][0];
      return Math.min(image[axis], start + kernel[axis]) - Math.max(0, start);
    })
  );
  const values = counts[0].flatMap((a) => counts[1].map((b) => sizeOf(kernel) / (a * b)));
  return tf.tensor(Float32Array.from(values), [1, ...output, 1]);
}

const isWhole = ({ pads }: Pooling): boolean => pads.flat().every((n) => n === 0);

export const avgPool2d: Runner<Pooling> = (tf, [x], pooling) => {
  const means = tf.run("AvgPool", { x: around(tf, x, pooling, 0) }, attributesOf(pooling));
  return isWhole(pooling) ? means : tf.mul(means, shares(tf, pooling));
};

export const avgPool2dGradient: Runner<Pooling> = (tf, [given], pooling, { shape }) => {
  const { image: [height, width], pads: [down, across] } = pooling, [n, , , channels] = shape;
  const dy = isWhole(pooling) ? given : tf.mul(given, shares(tf, pooling));
  // Of the input, this kernel wants the shape only.
  const size = [n, down[0] + height + down[1], across[0] + width + across[1], channels];
  const input = tf.broadcast(tf.number(0), size);
  const dx = tf.run("AvgPoolGrad", { dy, input }, attributesOf(pooling));
  return within(tf, dx, pooling, shape);
};
