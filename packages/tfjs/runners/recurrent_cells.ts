/** One step of each recurrent cell, forward and backward, on whole batches. */
import type { CellName } from "@neurite/tensor";
import type { SequenceInputs } from "@neurite/tensor/internal";
import type { Kernels, TfTensor } from "../kernels.ts";

/** What a step makes. */
export interface Step {
  readonly h: TfTensor;
  readonly c?: TfTensor;
  /** The gates, one after the other. */
  readonly gates: readonly TfTensor[];
  /** What the backward pass wants besides. */
  readonly extra?: TfTensor;
}

/** What was kept of all steps, `[batch, time, ...]`. */
export interface Kept {
  /** The states before each step. */
  readonly h: TfTensor;
  readonly c?: TfTensor;
  readonly gates: TfTensor;
  readonly extra?: TfTensor;
}

/** The gradients that go through a step. */
export interface StepGradient {
  /** By the inputs of the gates. */
  readonly dx: TfTensor;
  /** By the states before. */
  readonly dh: TfTensor;
  readonly dc?: TfTensor;
}

/** A cell. */
interface Cell {
  /** A step, from the inputs of the gates `x` and the states before. */
  readonly forward: (
    tf: Kernels,
    x: TfTensor,
    h: TfTensor,
    c: TfTensor | undefined,
    inputs: SequenceInputs<TfTensor>,
  ) => Step;
  /** What the steps of the backward pass multiply by, of all steps at once: `[batch, time, ...]`. */
  readonly factors: (tf: Kernels, kept: Kept) => TfTensor[];
  /** A step back, with its factors. */
  readonly backward: (
    tf: Kernels,
    dh: TfTensor,
    dc: TfTensor | undefined,
    factors: readonly TfTensor[],
    kernel: TfTensor,
  ) => StepGradient;
}

const sigmoid = (tf: Kernels, z: TfTensor): TfTensor => tf.one("Sigmoid", z);
const tanh = (tf: Kernels, z: TfTensor): TfTensor => tf.one("Tanh", z);

/** `y (1 - y)`: the slope of the sigmoid whose value is `y`. */
const sigmoidSlope = (tf: Kernels, y: TfTensor): TfTensor => tf.mul(y, tf.complement(y));

/** `1 - y²`: the slope of tanh where its value is `y`. */
const tanhSlope = (tf: Kernels, y: TfTensor): TfTensor => tf.complement(tf.one("Square", y));

/** The product of a gradient with the transposed kernel. */
const through = (tf: Kernels, d: TfTensor, kernel: TfTensor): TfTensor =>
  tf.matmul(d, kernel, false, true);

function simple(name: "Tanh" | "Relu", slope: (tf: Kernels, y: TfTensor) => TfTensor): Cell {
  return {
    forward: (tf, x, h, _, { kernel }) => {
      const y = tf.one(name, tf.add(x, tf.matmul(h, kernel)));
      return { h: y, gates: [y] };
    },
    factors: (tf, { gates }) => [slope(tf, gates)],
    backward: (tf, dh, _, [slope], kernel) => {
      const dx = tf.mul(dh, slope);
      return { dx, dh: through(tf, dx, kernel) };
    },
  };
}

const lstm: Cell = {
  forward: (tf, x, h, c, { kernel }) => {
    const parts = tf.split(tf.add(x, tf.matmul(h, kernel)), 4, 1);
    const [i, f, o] = [0, 1, 3].map((k) => sigmoid(tf, parts[k])), g = tanh(tf, parts[2]);
    const after = tf.add(tf.mul(f, c!), tf.mul(i, g)), extra = tanh(tf, after);
    return { h: tf.mul(o, extra), c: after, gates: [i, f, g, o], extra };
  },
  factors: (tf, { c, gates, extra }) => {
    const [i, f, g, o] = tf.split(gates, 4, 2);
    const ofGates = tf.concat([
      tf.mul(g, sigmoidSlope(tf, i)),
      tf.mul(c!, sigmoidSlope(tf, f)),
      tf.mul(i, tanhSlope(tf, g)),
      tf.mul(extra!, sigmoidSlope(tf, o)),
    ], 2);
    return [tf.mul(o, tanhSlope(tf, extra!)), ofGates, f];
  },
  backward: (tf, dh, given, [ofCell, ofGates, f], kernel) => {
    const dc = tf.add(given!, tf.mul(dh, ofCell));
    const dx = tf.mul(tf.concat([dc, dc, dc, dh], 1), ofGates);
    return { dx, dh: through(tf, dx, kernel), dc: tf.mul(dc, f) };
  },
};

/** `z h + (1 - z) a` */
const mix = (tf: Kernels, z: TfTensor, h: TfTensor, a: TfTensor): TfTensor =>
  tf.add(tf.mul(z, h), tf.mul(tf.complement(z), a));

/** By what the gradient of a mixture is multiplied for the update gate and the candidate. */
function mixFactors(tf: Kernels, h: TfTensor, z: TfTensor, a: TfTensor): [TfTensor, TfTensor] {
  return [
    tf.mul(tf.sub(h, a), sigmoidSlope(tf, z)),
    tf.mul(tf.complement(z), tanhSlope(tf, a)),
  ];
}

const gru: Cell = {
  forward: (tf, x, h, _, { kernel }) => {
    const n = h.shape[1], [ofGates, ofCandidate] = tf.split(kernel, [2 * n, n], 1);
    const [xGates, xCandidate] = tf.split(x, [2 * n, n], 1);
    const [z, r] = tf.split(sigmoid(tf, tf.add(xGates, tf.matmul(h, ofGates))), 2, 1);
    const extra = tf.mul(r, h), a = tanh(tf, tf.add(xCandidate, tf.matmul(extra, ofCandidate)));
    return { h: mix(tf, z, h, a), gates: [z, r, a], extra };
  },
  factors: (tf, { h, gates }) => {
    const [z, r, a] = tf.split(gates, 3, 2);
    return [...mixFactors(tf, h, z, a), tf.mul(h, sigmoidSlope(tf, r)), z, r];
  },
  backward: (tf, dh, _, [ofZ, ofA, ofR, z, r], kernel) => {
    const n = dh.shape[1], [ofGates, ofCandidate] = tf.split(kernel, [2 * n, n], 1);
    const dz = tf.mul(dh, ofZ), da = tf.mul(dh, ofA), dReset = through(tf, da, ofCandidate);
    const both = tf.concat([dz, tf.mul(dReset, ofR)], 1);
    const direct = tf.add(tf.mul(dh, z), tf.mul(dReset, r));
    return { dx: tf.concat([both, da], 1), dh: tf.add(direct, through(tf, both, ofGates)) };
  },
};

const gruResetAfter: Cell = {
  forward: (tf, x, h, _, { kernel, recurrentBias }) => {
    const n = h.shape[1], [xGates, xCandidate] = tf.split(x, [2 * n, n], 1);
    const u = tf.add(tf.matmul(h, kernel), recurrentBias!);
    const [uGates, extra] = tf.split(u, [2 * n, n], 1);
    const [z, r] = tf.split(sigmoid(tf, tf.add(xGates, uGates)), 2, 1);
    const a = tanh(tf, tf.add(xCandidate, tf.mul(r, extra)));
    return { h: mix(tf, z, h, a), gates: [z, r, a], extra };
  },
  factors: (tf, { h, gates, extra }) => {
    const [z, r, a] = tf.split(gates, 3, 2);
    return [...mixFactors(tf, h, z, a), tf.mul(extra!, sigmoidSlope(tf, r)), z, r];
  },
  backward: (tf, dh, _, [ofZ, ofA, ofR, z, r], kernel) => {
    const dz = tf.mul(dh, ofZ), da = tf.mul(dh, ofA), dr = tf.mul(da, ofR);
    const ofKernel = through(tf, tf.concat([dz, dr, tf.mul(da, r)], 1), kernel);
    return { dx: tf.concat([dz, dr, da], 1), dh: tf.add(tf.mul(dh, z), ofKernel) };
  },
};

/** The cells. */
export const CELLS: { readonly [K in CellName]: Cell } = {
  tanh: simple("Tanh", tanhSlope),
  relu: simple("Relu", (tf, y) => tf.cast(tf.two("Greater", y, tf.number(0)), "float32")),
  lstm,
  gru,
  gruResetAfter,
};
