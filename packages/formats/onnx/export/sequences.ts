/** Layers on sequences: recurrent ones, and those that say which steps are there. */
import type { GRU } from "@neurite/lstm-gru";
import type { Layer, Shape } from "@neurite/nn";
import type {
  Bidirectional,
  Embedding,
  Masking,
  RecurrentLayer,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
} from "@neurite/rnn";
import { type Builder, type Exported, permuted, plain } from "./builder.ts";
import { type Exporter, exporter, type Exporters } from "./core.ts";

/** The gates in ONNX's order: where each stands in ours. */
const GATES: Readonly<Record<string, readonly number[]>> = {
  LSTM: [0, 3, 1, 2], // i, o, f, c of ours i, f, c, o
  GRU: [0, 1, 2],
  SimpleRNN: [0],
};

/** The operators by the names of our classes. */
const OPERATORS: Readonly<Record<string, string>> = { LSTM: "LSTM", GRU: "GRU", SimpleRNN: "RNN" };

/** What a layer that reads a sequence gives: states `[batch, units]`, all of them in the order of time. */
interface Read {
  /** The states after all steps, `[batch, time, units]`, or after the last one. */
  readonly output: string;
  /** The last states, the hidden one first. */
  readonly states: readonly string[];
}

/** A kernel `[inputs, gates * units]` as ONNX has it: `[1, gates * units, inputs]`, gates in its order. */
function kernelOf(
  b: Builder,
  layer: RecurrentLayer,
  name: string,
  order: readonly number[],
): string {
  const variable = b.variable(layer, name)!, [inputs, width] = variable.value.shape;
  const units = width / order.length;
  return b.changedWeight(variable, "gates", [1, width, inputs], (values) => {
    const rows = permuted(values, [inputs, width], [1, 0]), out = new Float32Array(rows.length);
    const size = units * inputs;
    order.forEach((from, to) => out.set(rows.subarray(from * size, (from + 1) * size), to * size));
    return out;
  });
}

/** The bias: that of the inputs, then that of the state, which only a GRU has, each in ONNX's order. */
function biasOf(b: Builder, layer: RecurrentLayer, order: readonly number[]): string {
  const variable = b.variable(layer, "bias");
  if (variable === undefined) return "";
  const width = order.length * layer.units;
  return b.changedWeight(variable, "gates", [1, 2 * width], (values) => {
    const out = new Float32Array(2 * width);
    for (let row = 0; row * width < values.length; row++) {
      order.forEach((from, to) => {
        const at = row * width + from * layer.units;
        out.set(values.subarray(at, at + layer.units), row * width + to * layer.units);
      });
    }
    return out;
  });
}

/** Steps that are masked, so that a runtime which only knows lengths leaves them out. */
interface Compacted {
  /** The sequence with the steps that are there first, `[batch, time, features]`. */
  readonly x: string;
  /** How many there are, `[batch]`. */
  readonly lengths: string;
  /** For each step, the place of the state after it among the states, `[batch, time, 1]`. */
  readonly places: string;
}

/**
 * Brings the steps that are there to the front: a step that is not there changes nothing, so the states are
 * those of the steps that are. Place 0 of the states is the one before the first step.
 */
function compacted(
  b: Builder,
  x: string,
  mask: string,
  features: number,
  reverse: boolean,
): Compacted {
  const whole = b.node("Cast", [mask], { to: 7 }), one = b.integers([1]);
  const time = b.node("Slice", [b.node("Shape", [x]), one, b.integers([2])]);
  // Keys in the order of time, those of masked steps behind all others.
  const steps = b.node("Range", [
    b.integers([0], []),
    b.node("Squeeze", [time]),
    b.integers([1], []),
  ]);
  const missing = b.node("Mul", [b.node("Sub", [one, whole]), time]);
  const [, order] = b.nodeOf("TopK", [b.node("Add", [missing, steps]), time], {
    axis: 1,
    largest: 0,
  }, 2);
  const wide = b.node("Expand", [
    b.node("Unsqueeze", [order, b.integers([2])]),
    b.integers([1, 1, features]),
  ]);
  const count = b.node("ReduceSum", [whole, one], { keepdims: 1 });
  const until = b.node("CumSum", [whole, b.integers([1], [])]);
  // Forwards, the state after step t is that of the last one that is there up to t; backwards, that of the
  // first one from t on, or, where none is left, the one before all, which stands behind the others.
  const before = b.node("Sub", [until, whole]);
  const places = reverse ? before : until;
  const none = reverse ? b.node("GreaterOrEqual", [before, count]) : undefined;
  const at = none === undefined ? places : b.node("Where", [none, time, places]);
  return {
    x: b.node("GatherElements", [x, wide], { axis: 1 }),
    lengths: b.node("Cast", [b.node("Squeeze", [count, one])], { to: 6 }),
    places: b.node("Unsqueeze", [at, b.integers([2])]),
  };
}

/** Zeros for the states before the first step, `[batch, units]`. */
function zeroState(b: Builder, x: string, units: number): string {
  const batch = b.node("Shape", [x], { start: 0, end: 1 });
  const sizes = b.node("Concat", [batch, b.integers([units])], { axis: 0 });
  return b.node("ConstantOfShape", [sizes]);
}

/** The layer as one node; states stand in the order of time, whichever way it reads. */
function read(layer: RecurrentLayer, [input, ...initial]: readonly Exported[], b: Builder): Read {
  const order = GATES[layer.className], opType = OPERATORS[layer.className], { units } = layer;
  const reverse = layer.goBackwards, mask = input.mask;
  const vectors = layer.oneHot === undefined
    ? b.plain(input)
    : oneHot(b, b.plain(input), layer.oneHot);
  const features = layer.oneHot ?? input.shape[1]!;
  const steps = mask === undefined ? undefined : compacted(b, vectors, mask, features, reverse);
  const first = b.integers([0]),
    states = initial.map(({ name }) => b.node("Unsqueeze", [name, first]));
  const inputs = [
    b.node("Transpose", [steps?.x ?? vectors], { perm: [1, 0, 2] }),
    kernelOf(b, layer, "kernel", order),
    kernelOf(b, layer, "recurrent_kernel", order),
    biasOf(b, layer, order),
    steps?.lengths ?? "",
    ...states,
  ];
  while (inputs.at(-1) === "") inputs.pop();
  const [all, ...last] = b.nodeOf(opType, inputs, {
    hidden_size: units,
    direction: reverse ? "reverse" : "forward",
    ...layer.className === "GRU" && { linear_before_reset: (layer as GRU).resetAfter ? 1 : 0 },
    ...layer.className === "SimpleRNN" && {
      activations: [(layer as SimpleRNN).activation === "relu" ? "Relu" : "Tanh"],
    },
  }, 1 + layer.stateCount);
  // [time, 1, batch, units] to [batch, time, units]
  const output = b.node("Transpose", [b.node("Squeeze", [all, b.integers([1])])], {
    perm: [1, 0, 2],
  });
  const ends = last.map((state) => b.node("Squeeze", [state, first]));
  if (!layer.returnSequences) return { output: ends[0], states: ends };
  if (steps === undefined) return { output, states: ends };
  const start = initial.length > 0 ? initial[0].name : zeroState(b, vectors, units);
  const before = b.node("Unsqueeze", [start, b.integers([1])]);
  const joined = b.node("Concat", reverse ? [output, before] : [before, output], { axis: 1 });
  const places = b.node("Expand", [steps.places, b.integers([1, 1, units])]);
  return { output: b.node("GatherElements", [joined, places], { axis: 1 }), states: ends };
}

/** One-hot vectors of numbers of symbols. */
function oneHot(b: Builder, x: string, depth: number): string {
  const symbols = b.node("Cast", [x], { to: 7 });
  return b.node("OneHot", [symbols, b.integers([depth]), b.floats([0, 1])], { axis: -1 });
}

/** States in the order in which they were read. */
function reversed(b: Builder, x: string): string {
  const inputs = [[-1], [-(2 ** 31)], [1], [-1]].map((values) => b.integers(values));
  return b.node("Slice", [x, ...inputs]);
}

function shapesOf(layer: Layer, inputs: readonly Exported[]): Shape[] {
  const made = layer.computeOutputShape(inputs.map(({ shape }) => shape));
  return (made[0] instanceof Array ? made : [made]) as Shape[];
}

const recurrent = exporter<RecurrentLayer>((layer, inputs, b) => {
  const { output, states } = read(layer, inputs, b), shapes = shapesOf(layer, inputs);
  const turned = layer.goBackwards && layer.returnSequences, { mask } = inputs[0];
  const carried = layer.returnSequences ? mask && (turned ? reversed(b, mask) : mask) : undefined;
  const result = plain(turned ? reversed(b, output) : output, shapes[0], carried);
  if (!layer.returnState) return result;
  return [result, ...states.map((name, i) => plain(name, shapes[i + 1]))];
});

/** Both directions, and their results put together. */
const bidirectional = exporter<Bidirectional>((layer, [x, ...initial], b) => {
  const half = initial.length / 2, { returnSequences, returnState } = layer.forwardLayer;
  const reads = layer.sublayers.map((one, i) =>
    b.within(one.name, () => read(one, [x, ...initial.slice(i * half, (i + 1) * half)], b))
  );
  const mask = returnSequences ? x.mask : undefined;
  const there = mask && b.node("Unsqueeze", [mask, b.integers([2])]);
  const outputs = reads.map(({ output }) => there ? b.node("Mul", [output, there]) : output);
  const merged = mergeOf(b, layer.mergeMode, outputs);
  const states = returnState ? reads.flatMap((one) => one.states) : [];
  const shapes = shapesOf(layer, [x, ...initial]);
  const results = [...merged, ...states].map((name, i) =>
    plain(name, shapes[i], i < merged.length ? mask : undefined)
  );
  return results.length === 1 ? results[0] : results;
});

function mergeOf(
  b: Builder,
  mode: Bidirectional["mergeMode"],
  outputs: readonly string[],
): string[] {
  if (mode === null) return [...outputs];
  if (mode === "concat") return [b.node("Concat", outputs, { axis: -1 })];
  if (mode === "mul") return [b.node("Mul", outputs)];
  const sum = b.node("Add", outputs);
  return [mode === "sum" ? sum : b.node("Mul", [sum, b.float(0.5)])];
}

const stacked = exporter<StackedRNN>((layer, [x, ...initial], b) => {
  const states: Exported[] = [];
  let current = x, at = 0;
  for (const one of layer.layers) {
    const own = initial.slice(at, at += initial.length > 0 ? one.stateCount : 0);
    const made = b.within(one.name, () => recurrent(one, [current, ...own], b));
    const [next, ...last] = (made instanceof Array ? made : [made]) as Exported[];
    current = next;
    states.push(...last);
  }
  return layer.layers[layer.layers.length - 1].returnState ? [current, ...states] : current;
});

const embedding = exporter<Embedding>((layer, [x], b) => {
  const [shape] = shapesOf(layer, [x]), numbers = b.plain(x);
  const symbols = b.node("Cast", [numbers], { to: 7 });
  const vectors = b.node("Gather", [b.weight(layer, "embeddings"), symbols], { axis: 0 });
  if (!layer.maskZero) return plain(vectors, shape);
  const mask = b.node("Cast", [b.node("Not", [b.node("Equal", [numbers, b.float(0)])])], { to: 1 });
  return plain(vectors, shape, mask);
});

const masking = exporter<Masking>((layer, [x], b) => {
  const other = b.node("Not", [b.node("Equal", [x.name, b.float(layer.maskValue)])]);
  const mask = b.node("ReduceMax", [b.node("Cast", [other], { to: 1 })], {
    axes: [2],
    keepdims: 0,
  });
  const there = b.node("Unsqueeze", [mask, b.integers([2])]);
  return plain(b.node("Mul", [x.name, there]), x.shape, mask);
});

/** The exporter of a layer around another, given how that one is written. */
export function timeDistributed(write: Exporter): Exporter {
  return exporter<TimeDistributed>((layer, [x], b) => {
    const [time, ...step] = x.shape, input = b.plain(x);
    const inner = step.every((n) => n !== null)
      ? b.node("Reshape", [input, b.integers([-1, ...step as number[]])])
      : b.node("Reshape", [
        input,
        b.node("Concat", [b.integers([-1]), b.node("Shape", [input], { start: 2 })], { axis: 0 }),
      ]);
    const made = b.within(layer.layer.name, () => write(layer.layer, [plain(inner, step)], b));
    const one = (made instanceof Array ? made[0] : made) as Exported, name = b.plain(one);
    const front = b.node("Shape", [input], { start: 0, end: 2 });
    const rest = one.shape.every((n) => n !== null)
      ? b.integers(one.shape as number[])
      : b.node("Shape", [name], { start: 1 });
    const sizes = one.shape.length === 0 ? front : b.node("Concat", [front, rest], { axis: 0 });
    return plain(b.node("Reshape", [name, sizes]), [time, ...one.shape], x.mask);
  });
}

/** The exporters of these layers. */
export const sequenceExporters: Exporters = {
  Bidirectional: bidirectional,
  Embedding: embedding,
  GRU: recurrent,
  LSTM: recurrent,
  Masking: masking,
  SimpleRNN: recurrent,
  StackedRNN: stacked,
};
