/** Recurrent layers: all gates of all steps at once. */
import {
  add,
  concat,
  expandDims,
  gruSequence,
  lstmSequence,
  mul,
  reshape,
  simpleRnnSequence,
  slice,
  split,
  stack,
  type Tensor,
  transpose,
} from "@neurite/tensor";
import { type Call, type Made, type Operator, type Operators, unsupported } from "../call.ts";

/** Attributes of all three. */
const COMMON = [
  "activations",
  "activation_alpha",
  "activation_beta",
  "direction",
  "hidden_size",
  "layout",
];

/** The parameters of one direction, in our layout. */
interface Direction {
  readonly reverse: boolean;
  readonly inputKernel: Tensor;
  readonly kernel: Tensor;
  readonly bias: Tensor | undefined;
  readonly recurrentBias: Tensor | undefined;
  readonly h0: Tensor | undefined;
  readonly c0: Tensor | undefined;
}

/** What a direction gives: the states after all steps, and the last ones. */
interface States {
  readonly output: Tensor;
  readonly h: Tensor;
  readonly c?: Tensor;
}

/** Runs one direction of a layer over `x`, `[batch, time, features]`. */
type RunCell = (x: Tensor, mask: Tensor | undefined, direction: Direction, call: Call) => States;

/** Gates in our order, along the first axis: `order[i]` is where ours number `i` stands in ONNX's. */
function ordered(x: Tensor, order: readonly number[]): Tensor {
  if (order.every((n, i) => n === i)) return x;
  const gates = split(x, order.length);
  return concat(order.map((n) => gates[n]));
}

/** One of the directions of a parameter, without that axis. */
function ofDirection(x: Tensor, i: number): Tensor {
  const [, ...rest] = x.shape;
  return reshape(slice(x, [i, ...rest.map(() => 0)], [1, ...rest]), rest);
}

/** Refuses other activations than the cell's own. */
function checkActivations(call: Call, known: readonly string[], directions: number): void {
  const given = call.attributes.texts("activations");
  if (given === undefined) return;
  const expected = Array.from({ length: directions }, () => known).flat();
  if (given.length === expected.length && given.every((name, i) => name === expected[i])) return;
  unsupported(`${call.opType} with activations ${given.join(", ")}`);
}

/** Which steps are there, `[batch, time]`, for sequences of given lengths. */
function maskOf(call: Call, time: number): Tensor | undefined {
  const lengths = call.numbers(4);
  if (lengths === undefined || lengths.every((n) => n === time)) return undefined;
  const values = lengths.flatMap((n) => Array.from({ length: time }, (_, t) => t < n ? 1 : 0));
  return call.host({ type: "float", shape: [lengths.length, time], values });
}

/** An operator of a cell with so many gates, their order, and how it is run. */
function recurrent(
  order: readonly number[],
  attributes: readonly string[],
  activations: (call: Call, directions: number) => void,
  run: RunCell,
): Operator {
  return {
    attributes: [...COMMON, ...attributes],
    run: (call) => {
      const direction = call.attributes.text("direction", "forward");
      const count = direction === "bidirectional" ? 2 : 1;
      activations(call, count);
      if (call.has(7)) unsupported(`${call.opType} with peepholes`);
      const batchFirst = call.attributes.int("layout", 0) === 1;
      const given = call.tensor(0), x = batchFirst ? given : transpose(given, [1, 0, 2]);
      const mask = maskOf(call, x.shape[1]);
      const [w, r] = [call.tensor(1), call.tensor(2)], b = call.optional(3);
      const [h0, c0] = [call.optional(5), call.optional(6)];
      const start = (x: Tensor | undefined, i: number) =>
        x && ofDirection(batchFirst ? transpose(x, [1, 0, 2]) : x, i);
      const states = Array.from({ length: count }, (_, i): States => {
        const both = b && split(ofDirection(b, i), 2);
        const parameter = (x: Tensor) => transpose(ordered(ofDirection(x, i), order));
        const made = run(x, mask, {
          reverse: direction === "reverse" || i === 1,
          inputKernel: parameter(w),
          kernel: parameter(r),
          bias: both && ordered(both[0], order),
          recurrentBias: both && ordered(both[1], order),
          h0: start(h0, i),
          c0: start(c0, i),
        }, call);
        return mask === undefined
          ? made
          : { ...made, output: mul(made.output, expandDims(mask, 2)) };
      });
      return results(states, batchFirst);
    },
  };
}

/** The states in ONNX's order: all of them, the last, and the last of the cell. */
function results(states: readonly States[], batchFirst: boolean): Made[] {
  // [batch, time, directions, units] or [time, directions, batch, units].
  const all = stack(states.map(({ output }) => output), 2);
  const joined = (list: readonly Tensor[]) => stack(list, batchFirst ? 1 : 0);
  const last = joined(states.map(({ h }) => h));
  const cells = states.flatMap(({ c }) => c ?? []);
  return [
    batchFirst ? all : transpose(all, [1, 2, 0, 3]),
    last,
    ...cells.length > 0 ? [joined(cells)] : [],
  ];
}

/** Both biases of a cell that adds them up. */
function sumOf({ bias, recurrentBias }: Direction): Tensor | undefined {
  return bias && add(bias, recurrentBias!);
}

const lstm: RunCell = (x, mask, direction) => {
  const { kernel, inputKernel, h0, c0, reverse } = direction, bias = sumOf(direction);
  const options = { inputKernel, bias, h0, c0, mask, reverse, returnSequences: true };
  return lstmSequence(x, kernel, options);
};

const gru: RunCell = (x, mask, direction, call) => {
  const { kernel, inputKernel, h0, reverse } = direction;
  const resetAfter = call.attributes.int("linear_before_reset", 0) !== 0;
  const { bias, recurrentBias } = resetAfter
    ? direction
    : { bias: sumOf(direction), recurrentBias: undefined };
  const options = { inputKernel, bias, h0, mask, reverse, returnSequences: true, resetAfter };
  return gruSequence(x, kernel, { ...options, ...recurrentBias && { recurrentBias } });
};

const rnn: RunCell = (x, mask, direction, call) => {
  const { kernel, inputKernel, h0, reverse } = direction, bias = sumOf(direction);
  const [name = "Tanh"] = call.attributes.texts("activations") ?? [];
  const activation = name.toLowerCase() as "tanh" | "relu";
  const options = { inputKernel, bias, h0, mask, reverse, returnSequences: true, activation };
  return simpleRnnSequence(x, kernel, options);
};

/** The operators of this file. */
export const recurrences: Operators = {
  // ONNX has the gates of a long short-term memory in the order i, o, f, c.
  LSTM: recurrent(
    [0, 2, 3, 1],
    ["input_forget"],
    (call, directions) => {
      checkActivations(call, ["Sigmoid", "Tanh", "Tanh"], directions);
      if (call.attributes.int("input_forget", 0) !== 0) unsupported("LSTM with input_forget");
    },
    lstm,
  ),
  GRU: recurrent(
    [0, 1, 2],
    ["linear_before_reset"],
    (call, directions) => checkActivations(call, ["Sigmoid", "Tanh"], directions),
    gru,
  ),
  RNN: recurrent(
    [0],
    [],
    (call, directions) => {
      const [name = "Tanh"] = call.attributes.texts("activations") ?? [];
      checkActivations(call, [name === "Relu" ? "Relu" : "Tanh"], directions);
    },
    rnn,
  ),
};
