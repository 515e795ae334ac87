/** What optimizers do to weights: new values of the tensors, from old ones and the gradient. */
import type { UpdateName } from "@neurite/tensor/contract";
import type { Kernels, TfTensor } from "../kernels.ts";

/** The tensors that an update changes, in the order of its rule. */
type Changed = readonly (TfTensor | undefined)[];

type Update = (
  tf: Kernels,
  changed: Changed,
  gradient: TfTensor,
  parameters: readonly number[],
) => (TfTensor | undefined)[];

/** `x + share (target - x)` */
const towards = (tf: Kernels, x: TfTensor, target: TfTensor, share: number): TfTensor =>
  tf.add(x, tf.scale(tf.sub(target, x), share));

/** What is left of weights after decay. */
const decayed = (tf: Kernels, w: TfTensor, decay: number): TfTensor =>
  decay === 0 ? w : tf.sub(w, tf.scale(w, decay));

/** The updates, by the formulas of their files in `tensor`. */
export const UPDATES: { readonly [K in UpdateName]: Update } = {
  adamUpdate: (tf, [w, m, v, maximum], g, [rate, share1, share2, epsilon, decay]) => {
    const mean = towards(tf, m!, g, share1), square = towards(tf, v!, tf.one("Square", g), share2);
    const most = maximum && tf.two("Maximum", maximum, square);
    const size = tf.add(tf.one("Sqrt", most ?? square), tf.number(epsilon));
    const step = tf.div(tf.scale(mean, rate), size);
    return [tf.sub(decayed(tf, w!, decay), step), mean, square, most];
  },
  rmsPropUpdate: (tf, [w, v, mean, velocity], g, [rate, share, epsilon, momentum, decay]) => {
    const square = towards(tf, v!, tf.one("Square", g), share);
    const center = mean && towards(tf, mean, g, share);
    const variance = center ? tf.sub(square, tf.one("Square", center)) : square;
    const size = tf.one("Sqrt", tf.add(variance, tf.number(epsilon)));
    let step = tf.div(tf.scale(g, rate), size);
    if (velocity) step = tf.add(tf.scale(velocity, momentum), step);
    return [tf.sub(decayed(tf, w!, decay), step), square, center, velocity && step];
  },
  sgdUpdate: (tf, [w, velocity], g, [rate, momentum, nesterov, decay]) => {
    const rest = decayed(tf, w!, decay), step = tf.scale(g, rate);
    if (!velocity) return [tf.sub(rest, step), undefined];
    const next = tf.sub(tf.scale(velocity, momentum), step);
    const move = nesterov === 0 ? next : tf.sub(tf.scale(next, momentum), step);
    return [tf.add(rest, move), next];
  },
};
