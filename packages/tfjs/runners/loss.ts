/** Losses, and the softmax of rows. */
import type { Kernels, TfTensor } from "../kernels.ts";
import { asRows } from "./product.ts";
import type { Runner } from "./runner.ts";

/** The logarithms of the probabilities of each row. */
function logProbabilities(tf: Kernels, rows: TfTensor): TfTensor {
  const shifted = tf.sub(rows, tf.max(rows, [1], true));
  return tf.sub(shifted, tf.one("Log", tf.sum(tf.one("Exp", shifted), [1], true)));
}

/** What each class of each row weighs: 1 for its class number, or as given. */
function weightsOf(tf: Kernels, labels: TfTensor, { shape }: TfTensor): TfTensor {
  if (labels.dtype !== "int32") return tf.reshape(labels, shape);
  const indices = tf.reshape(labels, [shape[0]]);
  return tf.run("OneHot", { indices }, {
    depth: shape[1],
    onValue: 1,
    offValue: 0,
    dtype: "float32",
  });
}

export const softmax: Runner<undefined> = (tf, [x], _, { shape }) =>
  tf.reshape(tf.run("Softmax", { logits: asRows(tf, x) }, { dim: 1 }), shape);

export const logSoftmax: Runner<undefined> = (tf, [x], _, { shape }) =>
  tf.reshape(logProbabilities(tf, asRows(tf, x)), shape);

export const softmaxCrossEntropy: Runner<undefined> = (tf, [labels, logits], _, { shape }) => {
  const rows = asRows(tf, logits), weights = weightsOf(tf, labels, rows), zero = tf.number(0);
  // A class of probability 0 adds nothing, even where its logit is -Infinity.
  const isNothing = tf.two("Equal", weights, zero);
  const terms = tf.mul(weights, logProbabilities(tf, rows));
  const counted = tf.select(isNothing, zero, terms, rows.shape);
  return tf.reshape(tf.one("Neg", tf.sum(counted, [1])), shape);
};

export const softmaxCrossEntropyGradient: Runner<undefined> = (
  tf,
  [labels, logits, dy],
  _,
  { shape },
) => {
  const rows = asRows(tf, logits), weights = weightsOf(tf, labels, rows);
  const p = tf.run("Softmax", { logits: rows }, { dim: 1 });
  const all = labels.dtype === "int32" ? p : tf.mul(p, tf.sum(weights, [1], true));
  const each = tf.reshape(dy, [rows.shape[0], 1]);
  return tf.reshape(tf.mul(each, tf.sub(all, weights)), shape);
};

export const meanSquaredError: Runner<undefined> = (tf, [a, b]) => {
  const squares = tf.two("SquaredDifference", a, b);
  const total = a.size === 0 ? tf.number(0) : tf.sum(squares, a.shape.map((_, i) => i));
  return tf.div(total, tf.number(a.size));
};

export const scaledDifference: Runner<undefined> = (tf, [a, b, s]) =>
  tf.mul(tf.reshape(s, []), tf.sub(a, b));

export const addScaled: Runner<number> = (tf, [a, b], factor) => tf.add(a, tf.scale(b, factor));
