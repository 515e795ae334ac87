/** Small sequences for the samples of the operations on them. */
import { floats, given, integers, type Sample, type SampleInput } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { prepare, type PreparedSequence, type Recurrence } from "./recurrence.ts";
import { type CellName, CELLS } from "./recurrent_cells.ts";

/** What a sample runs. */
interface Case {
  readonly cell: CellName;
  readonly sizes: readonly [batch: number, time: number, units: number];
  readonly masked?: boolean;
  readonly reverse?: boolean;
  readonly sequences?: boolean;
  /** With an input kernel for so many features, and a bias. */
  readonly features?: number;
  /** Whether inputs are numbers of one-hot vectors. */
  readonly symbols?: boolean;
}

const CASES: readonly Case[] = [
  { cell: "tanh", sizes: [1, 3, 5] },
  { cell: "tanh", sizes: [7, 2, 9], sequences: true, masked: true, features: 4 },
  { cell: "relu", sizes: [2, 3, 8], sequences: true },
  { cell: "relu", sizes: [5, 1, 3], reverse: true },
  { cell: "tanh", sizes: [7, 3, 6], masked: true, features: 3, symbols: true },
  { cell: "lstm", sizes: [1, 5, 8], sequences: true, features: 5 },
  { cell: "lstm", sizes: [1, 1, 1] },
  { cell: "lstm", sizes: [2, 2, 3], features: 0 },
  { cell: "lstm", sizes: [2, 3, 5], masked: true, reverse: true, sequences: true },
  { cell: "lstm", sizes: [5, 3, 9], features: 3 },
  { cell: "lstm", sizes: [13, 2, 4], masked: true },
  { cell: "lstm", sizes: [2, 0, 3] },
  { cell: "lstm", sizes: [1, 4, 5], reverse: true, features: 4, symbols: true },
  { cell: "lstm", sizes: [8, 3, 9], sequences: true, features: 5, symbols: true },
  { cell: "gru", sizes: [1, 3, 8], sequences: true, masked: true },
  { cell: "gru", sizes: [2, 1, 1], features: 1 },
  { cell: "gru", sizes: [5, 3, 9], sequences: true },
  { cell: "gru", sizes: [7, 2, 5], masked: true, reverse: true, features: 2 },
  { cell: "gru", sizes: [5, 2, 5], features: 2, symbols: true },
  { cell: "gruResetAfter", sizes: [1, 3, 5], sequences: true, features: 3 },
  { cell: "gruResetAfter", sizes: [5, 3, 8], masked: true, sequences: true, reverse: true },
  { cell: "gruResetAfter", sizes: [13, 2, 9], features: 5 },
  { cell: "gruResetAfter", sizes: [7, 3, 4], masked: true, features: 3, symbols: true },
];

/** Ones and zeros, a zero first in every third row. */
function maskOf(batch: number, time: number): SampleInput {
  const bits = Array.from({ length: batch * time }, (_, i) => (i * 5 + 1) % 3 === 0 ? 0 : 1);
  return given([batch, time], bits, "int32");
}

/** The inputs of a case, and the case prepared. */
function inputsOf(
  { cell, sizes: [batch, time, units], masked, features, symbols }: Case,
): SampleInput[] {
  const { gates, hasCellState } = CELLS[cell], state = [batch, units], width = gates * units;
  const inputs = [
    symbols
      ? integers([batch, time], 0, features!)
      : floats([batch, time, features ?? width], -0.8, 0.8),
    floats([units, width], -0.5, 0.5),
    floats(state, -1, 1),
  ];
  if (features !== undefined) {
    inputs.push(floats([features, width], -0.5, 0.5), floats([width], -0.5, 0.5));
  }
  if (hasCellState) inputs.push(floats(state, -1, 1));
  if (cell === "gruResetAfter") inputs.push(floats([width], -0.5, 0.5));
  if (masked) inputs.push(maskOf(batch, time));
  return inputs;
}

function preparedOf(
  { cell, sequences = false, masked = false, reverse = false, features }: Case,
  tensors: readonly Tensor[],
): PreparedSequence {
  const [x, kernel, h0, ...rest] = tensors;
  const projected = features !== undefined;
  const inputKernel = projected ? rest.shift() : undefined;
  const bias = projected ? rest.shift() : undefined;
  const c0 = CELLS[cell].hasCellState ? rest.shift() : undefined;
  const recurrentBias = cell === "gruResetAfter" ? rest.shift() : undefined;
  const mask = masked ? rest.shift() : undefined;
  return prepare("run a sample", cell, x, kernel, {
    ...{ inputKernel, bias, h0, c0, recurrentBias, mask, reverse },
    returnSequences: sequences,
  });
}

function nameOf({ cell, sizes, masked, reverse, sequences, features, symbols }: Case): string {
  const inputs = features !== undefined && `${features} ${symbols ? "symbols" : "features"}`;
  const rest = [inputs, masked && "mask", reverse && "reverse", sequences && "sequences"];
  return [`${cell} [${sizes}]`, ...rest.filter(Boolean)].join(", ");
}

/** Samples that run `call` on prepared sequences. */
export function sequenceSamples(call: (prepared: PreparedSequence) => Tensor): Sample[] {
  return CASES.map((c) => ({
    name: nameOf(c),
    inputs: inputsOf(c),
    call: (...tensors) => call(preparedOf(c, tensors)),
  }));
}

/** Samples that have the gradient of an output, too. */
export function backwardSamples(
  call: (dy: Tensor, prepared: PreparedSequence, part: "state" | "sequence") => Tensor,
): Sample[] {
  return CASES.flatMap((c) => {
    const [batch, time, units] = c.sizes, states = CELLS[c.cell].hasCellState ? 2 : 1;
    const parts = c.sequences ? ["state", "sequence"] as const : ["state"] as const;
    return parts.map((part) => ({
      name: `${nameOf(c)}, from ${part}`,
      inputs: [
        floats(part === "state" ? [states, batch, units] : [batch, time, units], -1, 1),
        ...inputsOf(c),
      ],
      call: (dy: Tensor, ...tensors: Tensor[]) => {
        const { inputs, recurrence } = preparedOf(c, tensors);
        const saved: Recurrence = { ...recurrence, saved: true };
        return call(dy, { inputs, recurrence: saved }, part);
      },
    }));
  });
}
