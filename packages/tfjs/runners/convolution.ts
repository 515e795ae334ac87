/**
 * Convolutions in all three directions. In their backward passes TensorFlow's kernels know the paddings
 * "valid" and "same" and filters without gaps. So images are given their zeros before, filters with
 * dilations are filters with zeros between their numbers, and groups are convolved one by one, unless
 * they are of one channel each.
 */
import type { Convolution } from "@neurite/tensor";
import type { Kernels, TfTensor } from "../kernels.ts";
import { finish, type Runner } from "./runner.ts";
import { sliceForwards } from "./shape.ts";

/** The kernels of a kind of convolution. */
interface Kind {
  readonly forward: string;
  readonly input: string;
  readonly filter: string;
}

const DENSE: Kind = {
  forward: "Conv2D",
  input: "Conv2DBackpropInput",
  filter: "Conv2DBackpropFilter",
};

const DEPTHWISE: Kind = {
  forward: "DepthwiseConv2dNative",
  input: "DepthwiseConv2dNativeBackpropInput",
  filter: "DepthwiseConv2dNativeBackpropFilter",
};

/** How a convolution is run. */
interface Plan {
  readonly kind: Kind;
  /** How many groups are run one by one. */
  readonly groups: number;
  /** What the kernels are told. */
  readonly attributes: object;
  /** The zeros that the kernels do not put on by themselves. */
  readonly pads: Convolution["pads"];
  /** Height and width of the images with these zeros. */
  readonly size: readonly [number, number];
  /** Height and width of the filters with their gaps. */
  readonly extent: readonly [number, number];
}

/** The plan of a convolution over images of some channels. */
function planOf(convolution: Convolution, channels: number): Plan {
  const { image, kernel, strides, dilations, pads, output, groups } = convolution;
  const [height, width] = dilations.map((d, i) => d * (kernel[i] - 1) + 1);
  const isSame = [height, width].every((extent, i) => {
    const total = Math.max(0, (output[i] - 1) * strides[i] + extent - image[i]);
    return output[i] === Math.ceil(image[i] / strides[i]) &&
      pads[i][0] === total >> 1 && pads[i][1] === total - pads[i][0];
  });
  const [down, across]: Convolution["pads"] = isSame ? [[0, 0], [0, 0]] : pads;
  const isDepthwise = groups > 1 && groups === channels && strides[0] === strides[1];
  return {
    kind: isDepthwise ? DEPTHWISE : DENSE,
    groups: isDepthwise ? 1 : groups,
    attributes: {
      strides: [...strides],
      pad: isSame ? "same" : "valid",
      dilations: [1, 1],
      dataFormat: "NHWC",
    },
    pads: [down, across],
    size: [down[0] + image[0] + down[1], across[0] + image[1] + across[1]],
    extent: [height, width],
  };
}

/** Images with the zeros of a plan. */
function padded(tf: Kernels, x: TfTensor, { pads: [down, across] }: Plan): TfTensor {
  return tf.pad(x, [[0, 0], down, across, [0, 0]]);
}

/** Filters as the kernels of a plan want them, with zeros for the gaps. */
function spread(
  tf: Kernels,
  filter: TfTensor,
  { kernel: [height, width], dilations: [down, across], groups }: Convolution,
  { kind, extent }: Plan,
): TfTensor {
  const [, , inputs, outputs] = filter.shape, none = [0, 0] as const;
  const last = kind === DENSE ? [inputs, outputs] : [groups, outputs / groups];
  if (down * across === 1) return tf.reshape(filter, [height, width, ...last]);
  const apart = tf.reshape(filter, [height, 1, width, 1, inputs * outputs]);
  const wide = tf.pad(apart, [none, [0, down - 1], none, [0, across - 1], none]);
  return tf.slice(
    tf.reshape(wide, [height * down, width * across, ...last]),
    [0, 0, 0, 0],
    [...extent, ...last],
  );
}

/** Runs each group on its channels, which are the last axis of all three. */
function grouped(
  tf: Kernels,
  groups: number,
  a: TfTensor,
  b: TfTensor,
  run: (a: TfTensor, b: TfTensor) => TfTensor,
): TfTensor {
  const others = tf.split(b, groups, 3);
  return tf.concat(tf.split(a, groups, 3).map((part, i) => run(part, others[i])), 3);
}

/** The products of a convolution. */
function forward(
  tf: Kernels,
  x: TfTensor,
  filter: TfTensor,
  convolution: Convolution,
  shape: readonly number[],
): TfTensor {
  if (x.size === 0 || filter.size === 0) return tf.fill(shape, 0);
  const plan = planOf(convolution, x.shape[3]);
  const whole = padded(tf, x, plan), w = spread(tf, filter, convolution, plan);
  return grouped(
    tf,
    plan.groups,
    whole,
    w,
    (x, filter) => tf.run(plan.kind.forward, { x, filter }, plan.attributes),
  );
}

export const conv2d: Runner<Convolution> = (tf, [x, filter, bias], convolution, { shape }) =>
  finish(tf, forward(tf, x, filter, convolution, shape), bias, convolution.activation);

export const fusedConv2d: Runner<Convolution> = (
  tf,
  [x, filter, scale, shift, residual],
  convolution,
  { shape },
) => {
  const y = tf.add(tf.mul(forward(tf, x, filter, convolution, shape), scale), shift);
  return finish(tf, y, residual, convolution.activation);
};

export const conv2dTranspose: Runner<Convolution> = (
  tf,
  [y, filter, bias],
  convolution,
  { shape },
) => {
  const { activation } = convolution, [n, height, width, channels] = shape;
  if (y.size === 0 || filter.size === 0) return finish(tf, tf.fill(shape, 0), bias, activation);
  const plan = planOf(convolution, channels), w = spread(tf, filter, convolution, plan);
  const inputShape = [n, ...plan.size, channels / plan.groups];
  const whole = grouped(
    tf,
    plan.groups,
    y,
    w,
    (dy, filter) => tf.run(plan.kind.input, { dy, filter }, { ...plan.attributes, inputShape }),
  );
  const [[top], [left]] = plan.pads;
  const x = tf.slice(whole, [0, top, left, 0], [n, height, width, channels]);
  return finish(tf, x, bias, activation);
};

export const conv2dFilterGradient: Runner<Convolution> = (
  tf,
  [x, dy],
  convolution,
  { shape },
) => {
  if (x.size === 0 || dy.size === 0) return tf.fill(shape, 0);
  const { dilations, groups } = convolution, [height, width, inputs, outputs] = shape;
  const plan = planOf(convolution, x.shape[3]), isDense = plan.kind === DENSE;
  const filterShape = isDense
    ? [...plan.extent, inputs, outputs / groups]
    : [...plan.extent, groups, outputs / groups];
  const whole = grouped(
    tf,
    plan.groups,
    padded(tf, x, plan),
    dy,
    (x, dy) => tf.run(plan.kind.filter, { x, dy }, { ...plan.attributes, filterShape }),
  );
  // Of the filter with its gaps, the numbers that are not gaps.
  const last = whole.shape.slice(2);
  const taken = sliceForwards(tf, whole, [0, 0, 0, 0], [...dilations, 1, 1], [
    height,
    width,
    ...last,
  ]);
  return tf.reshape(taken, shape);
};
