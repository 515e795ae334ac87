/** Operations on channels, the last axis: normalization and responses. */
import type { ChannelNormalization } from "@neurite/tensor/internal";
import type { ResponseAttributes } from "@neurite/tensor";
import type { Kernels, TfTensor } from "../kernels.ts";
import { asRows } from "./product.ts";
import { moments } from "./reduce.ts";
import { finish, type Runner } from "./runner.ts";

export const normalizeChannels: Runner<ChannelNormalization> = (
  tf,
  [x, center, scale, shift, residual],
  { activation },
) => finish(tf, tf.add(tf.mul(tf.sub(x, center), scale), shift), residual, activation);

export const blendChannels: Runner<undefined> = (tf, [a, x, center, p, q, r]) =>
  tf.add(tf.add(tf.mul(p, a), tf.mul(q, tf.sub(x, center))), r);

export const channelSums: Runner<undefined> = (tf, [a, x, center], _, { shape }) => {
  if (x.size === 0) return tf.fill(shape, 0);
  const factors = asRows(tf, a), values = tf.sub(asRows(tf, x), center);
  return tf.stack([tf.sum(factors, [0]), tf.sum(tf.mul(factors, values), [0])], 0);
};

export const channelMoments: Runner<undefined> = (tf, [x], _, { shape: [, channels] }) => {
  const rows = asRows(tf, x), { mean, deviations } = moments(tf, rows, [0]);
  const squares = tf.sum(tf.one("Square", deviations), [0]);
  const variance = tf.div(squares, tf.number(rows.shape[0]));
  return tf.stack([tf.reshape(mean, [channels]), variance], 0);
};

/** The sums over the neighbours of each channel. */
function neighbours(tf: Kernels, x: TfTensor, radius: number): TfTensor {
  const n = x.shape[1];
  const band = Float32Array.from(
    { length: n * n },
    (_, i) => Math.abs(Math.floor(i / n) - i % n) <= radius ? 1 : 0,
  );
  return tf.matmul(x, tf.tensor(band, [n, n]));
}

/** `s = bias + alpha Σ x²`, over the neighbours of each channel. */
function responses(tf: Kernels, x: TfTensor, attributes: ResponseAttributes): TfTensor {
  const { depthRadius, bias, alpha } = attributes;
  const total = neighbours(tf, tf.one("Square", x), depthRadius);
  return tf.add(tf.number(bias), tf.scale(total, alpha));
}

/** `s^power` */
const power = (tf: Kernels, s: TfTensor, power: number) => tf.two("Pow", s, tf.number(power));

export const localResponseNormalization: Runner<ResponseAttributes> = (
  tf,
  [x],
  attributes,
  { shape },
) => {
  const rows = asRows(tf, x), s = responses(tf, rows, attributes);
  return tf.reshape(tf.mul(rows, power(tf, s, -attributes.beta)), shape);
};

export const localResponseNormalizationGradient: Runner<ResponseAttributes> = (
  tf,
  [slope, x],
  attributes,
  { shape },
) => {
  const { depthRadius, alpha, beta } = attributes;
  const dy = asRows(tf, slope), rows = asRows(tf, x), s = responses(tf, rows, attributes);
  const own = tf.mul(dy, power(tf, s, -beta));
  const inhibited = neighbours(tf, tf.mul(tf.mul(dy, rows), power(tf, s, -beta - 1)), depthRadius);
  return tf.reshape(
    tf.sub(own, tf.mul(tf.scale(rows, 2 * alpha * beta), inhibited)),
    shape,
  );
};
