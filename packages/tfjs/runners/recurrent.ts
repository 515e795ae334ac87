/**
 * Recurrent sequences: the inputs of all gates are one product, the steps are a few kernels each, and
 * what the gradient multiplies by is computed of all steps at once.
 */
import type { Recurrence } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import {
  type SequenceInputs,
  sequenceInputs as named,
  sequenceKernelRows as rowsOf,
  type SequenceLayout as Layout,
  sequenceLayout as layoutOf,
  type SequenceResult,
} from "@neurite/tensor/internal";
import { type Kernels, sizeOf, type TfTensor } from "../kernels.ts";
import { product } from "./product.ts";
import { CELLS, type Kept } from "./recurrent_cells.ts";
import type { Runner } from "./runner.ts";

/** The inputs of the gates: `[batch, width]` for each time. */
function gatesOf(
  tf: Kernels,
  { x, inputKernel, bias }: SequenceInputs<TfTensor>,
  { input }: Recurrence,
  { batch, time, width }: Layout,
): TfTensor[] {
  if (time === 0) return [];
  // Time comes first, so that the steps lie one after the other.
  const turned = tf.transpose(x, x.shape.length === 2 ? [1, 0] : [1, 0, 2]), n = time * batch;
  let z: TfTensor;
  if (input === "gates") z = turned;
  else if (input === "symbols") z = tf.gather(inputKernel!, tf.reshape(turned, [n]));
  else {
    const rows = tf.reshape(turned, [n, x.shape[2]]);
    z = product(tf, rows, inputKernel!, false, false, [n, width]);
  }
  return tf.unstack(tf.reshape(bias === undefined ? z : tf.add(z, bias), [time, batch, width]), 0);
}

/** The times in the order of the steps. */
function timesOf({ time }: Layout, { reverse }: Recurrence): number[] {
  return Array.from({ length: time }, (_, step) => reverse ? time - 1 - step : step);
}

/** For each time, which examples do not rest: `[batch, 1]`; nothing without a mask. */
function busyAt(tf: Kernels, mask: TfTensor | undefined): TfTensor[] | undefined {
  if (mask === undefined || mask.size === 0) return undefined;
  return tf.split(tf.two("NotEqual", mask, tf.number(0)), mask.shape[1], 1);
}

export const recurrentForward: Runner<Recurrence> = (tf, arrays, recurrence) => {
  const inputs = named(arrays, recurrence), { mask } = inputs;
  const layout = layoutOf(inputs.x.shape, inputs.kernel.shape, recurrence);
  const { saved, sequences, cell } = recurrence, busy = busyAt(tf, mask);
  const x = gatesOf(tf, inputs, recurrence, layout), none = tf.number(0);
  let { h0: h, c0: c } = inputs;
  const sequence: TfTensor[] = [], before: TfTensor[] = [], cells: TfTensor[] = [];
  const gates: TfTensor[] = [], extras: TfTensor[] = [];
  for (const t of timesOf(layout, recurrence)) {
    const after = CELLS[cell].forward(tf, x[t], h, c, inputs);
    // Where an example rests, the states stay and nothing is kept.
    const unlessIdle = (y: TfTensor, otherwise: TfTensor) =>
      busy === undefined ? y : tf.select(busy[t], y, otherwise, y.shape);
    if (saved) {
      before[t] = h;
      gates[t] = unlessIdle(tf.concat(after.gates, 1), none);
      if (c !== undefined) cells[t] = c;
      if (after.extra !== undefined) extras[t] = unlessIdle(after.extra, none);
    }
    h = unlessIdle(after.h, h);
    if (c !== undefined) c = unlessIdle(after.c!, c);
    if (sequences) sequence[t] = h;
  }
  const states = c === undefined ? [h] : [h, c];
  const parts = [sequence, before, gates, cells, extras].filter(({ length }) => length > 0)
    .map((list) => tf.stack(list, 1));
  return tf.concat([...states, ...parts].map((part) => tf.reshape(part, [part.size])), 0);
};

export const recurrentOutput: Runner<SequenceResult> = (
  tf,
  [packed, ...arrays],
  result,
  { shape },
) => {
  const { x, kernel } = named(arrays, result),
    { sequence } = layoutOf(x.shape, kernel.shape, result);
  const from = result.part === "state" ? 0 : sequence;
  return tf.reshape(tf.slice(packed, [from], [sizeOf(shape)]), shape);
};

/** What the forward pass has kept. */
function keptOf(tf: Kernels, packed: TfTensor, layout: Layout): Kept {
  const { batch, time, units, width, before, gates, cells, extra, size } = layout;
  const part = (from: number, n: number) =>
    tf.reshape(tf.slice(packed, [from], [batch * time * n]), [batch, time, n]);
  return {
    h: part(before, units),
    gates: part(gates, width),
    c: extra > cells ? part(cells, units) : undefined,
    extra: size > extra ? part(extra, units) : undefined,
  };
}

export const recurrentGradient: Runner<KernelAttributes["recurrentGradient"]> = (
  tf,
  [dy, packed, ...arrays],
  gradient,
) => {
  const { x, kernel, mask } = named(arrays, gradient), { backward, factors } = CELLS[gradient.cell];
  const layout = layoutOf(x.shape, kernel.shape, gradient), { batch, units, states } = layout;
  const ofState = gradient.part === "state", none = tf.number(0), busy = busyAt(tf, mask);
  const zeros = tf.fill([batch, units], 0);
  let [dh, dc]: (TfTensor | undefined)[] = ofState
    ? tf.unstack(dy, 0)
    : [zeros, states === 2 ? zeros : undefined];
  const slopes = ofState ? undefined : listed(tf, dy), list: TfTensor[] = [];
  const multipliers = layout.time === 0
    ? []
    : factors(tf, keptOf(tf, packed, layout)).map((factor) => listed(tf, factor));
  for (const t of timesOf(layout, gradient).reverse()) {
    if (slopes !== undefined) dh = tf.add(dh!, slopes[t]);
    const step = backward(tf, dh!, dc, multipliers.map((each) => each[t]), kernel);
    const unlessIdle = (y: TfTensor, otherwise: TfTensor) =>
      busy === undefined ? y : tf.select(busy[t], y, otherwise, y.shape);
    list[t] = unlessIdle(step.dx, none);
    dh = unlessIdle(step.dh, dh!);
    if (dc !== undefined) dc = unlessIdle(step.dc!, dc);
  }
  if (gradient.by === "input") return tf.stack(list, 1);
  return tf.stack(dc === undefined ? [dh!] : [dh!, dc], 0);
};

/** A tensor `[batch, time, ...]` as one for each time. */
function listed(tf: Kernels, x: TfTensor): TfTensor[] {
  return x.size === 0 ? [] : tf.unstack(x, 1);
}

export const recurrentKernelGradient: Runner<SequenceResult> = (
  tf,
  [slope, , packed, ...arrays],
  result,
  { shape },
) => {
  const inputs = named(arrays, result), { x, kernel, inputKernel } = inputs;
  const layout = layoutOf(x.shape, kernel.shape, result), { batch, time, units, width } = layout;
  if (batch * time === 0) return tf.fill(shape, 0);
  const rows = (part: TfTensor) => tf.reshape(part, [batch * time, sizeOf(part.shape.slice(2))]);
  const kept = keptOf(tf, packed, layout), dx = rows(slope), h = rows(kept.h);
  const { bias, recurrentBias } = rowsOf(inputs, result);
  let ofKernel: TfTensor, right = dx;
  if (result.cell === "gru") {
    // The candidate's product is with what the reset gate has left of the states.
    const [ofGates, ofCandidate] = tf.split(dx, [2 * units, units], 1);
    ofKernel = tf.concat([
      tf.matmul(h, ofGates, true),
      tf.matmul(rows(kept.extra!), ofCandidate, true),
    ], 1);
  } else {
    if (result.cell === "gruResetAfter") {
      // The reset gate stands behind the candidate's product.
      const [ofGates, ofCandidate] = tf.split(dx, [2 * units, units], 1);
      const [, r] = tf.split(rows(kept.gates), 3, 1);
      right = tf.concat([ofGates, tf.mul(ofCandidate, r)], 1);
    }
    ofKernel = tf.matmul(h, right, true);
  }
  const parts = [ofKernel];
  if (inputKernel !== undefined && inputKernel.size > 0) {
    parts.push(
      result.input === "symbols"
        ? tf.scatterAdd(x, dx, inputKernel.shape)
        : tf.matmul(rows(x), dx, true),
    );
  }
  if (bias !== undefined) parts.push(tf.sum(dx, [0], true));
  if (recurrentBias !== undefined) parts.push(tf.sum(right, [0], true));
  return tf.reshape(tf.concat(parts, 0), [shape[0], width]);
};
