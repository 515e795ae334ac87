/** Sequences of recurrent layers step by step, in plain operations: for what the fast ones do not do. */
import { tidy } from "../../scope.ts";
import { valueAndGrad } from "../../gradient.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { gather } from "../index/gather.ts";
import { matmul } from "../product/matmul.ts";
import { mul } from "../elementwise/mul.ts";
import { oneHot } from "../index/one_hot.ts";
import {
  inOrder,
  named,
  type Recurrence,
  type SequenceInputs,
  type SequenceResult,
} from "./recurrence.ts";
import { relu } from "../elementwise/relu.ts";
import { reshape } from "../shape/reshape.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";
import { slice } from "../shape/slice.ts";
import { split } from "../shape/split.ts";
import { stack } from "../shape/stack.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "../reduce/sum.ts";
import { tanh } from "../elementwise/tanh.ts";
import { where } from "../elementwise/where.ts";

/** The states of a step. */
interface States {
  readonly h: Tensor;
  readonly c?: Tensor;
}

/** A step: `x` is `[batch, gates * units]`; `m` is what the state is multiplied by in products. */
function step(
  cell: Recurrence["cell"],
  x: Tensor,
  { h, c }: States,
  { kernel, recurrentBias }: SequenceInputs<Tensor>,
  m?: Tensor,
): States {
  const given = m === undefined ? h : mul(h, m), units = h.shape[1];
  if (cell === "tanh" || cell === "relu") {
    const z = add(x, matmul(given, kernel));
    return { h: cell === "tanh" ? tanh(z) : relu(z) };
  }
  if (cell === "lstm") {
    const [i, f, g, o] = split(add(x, matmul(given, kernel)), 4, 1);
    const after = add(mul(sigmoid(f), c!), mul(sigmoid(i), tanh(g)));
    return { h: mul(sigmoid(o), tanh(after)), c: after };
  }
  const [xz, xr, xh] = split(x, 3, 1);
  let z: Tensor, candidate: Tensor;
  if (cell === "gruResetAfter") {
    const [uz, ur, uh] = split(add(matmul(given, kernel), recurrentBias!), 3, 1);
    z = sigmoid(add(xz, uz));
    candidate = tanh(add(xh, mul(sigmoid(add(xr, ur)), uh)));
  } else {
    const [ofGates, ofCandidate] = split(kernel, [2 * units, units], 1);
    const [uz, ur] = split(matmul(given, ofGates), 2, 1);
    z = sigmoid(add(xz, uz));
    candidate = tanh(add(xh, matmul(mul(sigmoid(add(xr, ur)), given), ofCandidate)));
  }
  return { h: add(mul(z, h), mul(sub(1, z), candidate)) };
}

/** What the inputs add to the gates. */
function gatesOf({ x, inputKernel, bias }: SequenceInputs<Tensor>): Tensor {
  const z = inputKernel === undefined
    ? x
    : x.rank === 2
    ? gather(inputKernel, x)
    : matmul(x, inputKernel);
  return bias === undefined ? z : add(z, bias);
}

/** The last states, one above the other, and the states after all steps. */
export function runSteps(
  inputs: SequenceInputs<Tensor>,
  { cell, reverse }: Recurrence,
  recurrentMask?: Tensor,
): { state: Tensor; sequence: Tensor } {
  return tidy(() => {
    const { h0, c0, mask } = inputs, xz = gatesOf(inputs), [batch, time, width] = xz.shape;
    let states: States = { h: h0, c: c0 };
    const all: Tensor[] = [];
    for (let s = 0; s < time; s++) {
      const t = reverse ? time - 1 - s : s;
      const x = reshape(slice(xz, [0, t], [batch, 1]), [batch, width]);
      const after = step(cell, x, states, inputs, recurrentMask);
      if (mask === undefined) states = after;
      else {
        const there = slice(mask, [0, t], [batch, 1]), { h, c } = states;
        const c2 = c && after.c && where(there, after.c, c);
        states = { h: where(there, after.h, h), c: c2 };
      }
      all[t] = states.h;
    }
    const { h, c } = states;
    return {
      state: stack(c === undefined ? [h] : [h, c]),
      sequence: time === 0 ? reshape(slice(xz, [], []), [batch, 0, h.shape[1]]) : stack(all, 1),
    };
  });
}

/**
 * The gradient of something that is itself a gradient of a sequence: of what `pick` takes from the
 * gradients by the inputs; if `ofGates`, with what the inputs add to the gates in place of the input. `d` is its own gradient, `dy` that of the sequence's result, `tensors` are
 * the inputs of the sequence; wanted is the gradient by `dy` (place 0) or by one of these (from 1 on).
 */
export function throughSteps(
  d: Tensor,
  dy: Tensor,
  tensors: readonly Tensor[],
  result: SequenceResult,
  place: number,
  ofGates: boolean,
  pick: (gradients: SequenceInputs<Tensor>) => Tensor,
): Tensor | undefined {
  const { x, inputKernel, mask } = named(tensors, result), isSymbols = result.input === "symbols";
  const smooth = tensors.filter((x) => x !== mask);
  if (place > smooth.length || isSymbols && place === 1) return undefined;
  if (isSymbols) smooth[0] = oneHot(x, inputKernel!.shape[0]);
  const input = isSymbols ? "vectors" : result.input;
  const unmasked: Recurrence = { ...result, input, masked: false };
  const bare: Recurrence = ofGates ? { ...unmasked, input: "gates", biased: false } : unmasked;
  const gradient = (dy: Tensor, ...xs: Tensor[]): Tensor => {
    const inputs = named(xs, unmasked), { kernel, h0, c0, recurrentBias } = inputs;
    const gates = { x: gatesOf(inputs), kernel, h0, c0, recurrentBias };
    const first = valueAndGrad((...ys) =>
      sum(mul(dy, runSteps({ ...named(ys, bare), mask }, result)[result.part]))
    );
    return pick(named(first(...inOrder(ofGates ? gates : inputs)).gradients, bare));
  };
  const second = valueAndGrad((dy, ...xs) => sum(mul(d, gradient(dy, ...xs))));
  return second(dy, ...smooth).gradients[place];
}
