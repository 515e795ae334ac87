/** What the operations on whole sequences have in common: their inputs, sizes and memory layout. */
import type { Backend } from "../../backend.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import type { NdArray } from "../../ndarray.ts";
import { sameShape } from "../../shape.ts";
import { isRecording } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { backendOf } from "./operands.ts";
import { indicesFrom } from "./indices.ts";
import { type Cell, type CellName, CELLS } from "./recurrent_cells.ts";

/** What a recurrent layer takes beside its input and its recurrent kernel. */
export interface SequenceOptions {
  /**
   * The input kernel `W`, `[features, gates * units]`. With it the input is `[batch, time, features]`
   * and its product with `W` is part of the work, or it is `[batch, time]`, numbers of symbols, each of
   * which stands for a one-hot vector: rows of `W` are read in place. Without it the input is the
   * product already.
   */
  inputKernel?: TensorLike;
  /** What is added to the gates, `[gates * units]`; nothing by default. */
  bias?: TensorLike;
  /** The state before the first step, `[batch, units]`; zeros by default. */
  h0?: TensorLike;
  /** `[batch, time]`: where it is 0, the step is left out, and the state stays what it was. */
  mask?: TensorLike;
  /**
   * What the state is multiplied by on its way into the products, `[batch, units]`, the same at all
   * steps: recurrent dropout. Runs step by step, many times slower.
   */
  recurrentMask?: TensorLike;
  /** Whether `output` holds the states after all steps, or after the last one only (by default). */
  returnSequences?: boolean;
  /**
   * Whether the steps go from the end of the time axis to its begin; the state after a step stands
   * at the place of its input. (Keras's `go_backwards` has it the other way round.)
   */
  reverse?: boolean;
}

/** The names of the options. */
export const SEQUENCE_OPTIONS: Record<keyof SequenceOptions, true> = {
  inputKernel: true,
  bias: true,
  h0: true,
  mask: true,
  recurrentMask: true,
  returnSequences: true,
  reverse: true,
};

/** What the input is: what it adds to the gates, vectors, or numbers of one-hot vectors. */
export type SequenceInput = "gates" | "vectors" | "symbols";

/** How a sequence is run. */
export interface Recurrence {
  /** The cell. */
  readonly cell: CellName;
  /** What the input is; all but gates go with an input kernel. */
  readonly input: SequenceInput;
  /** Whether there is a bias. */
  readonly biased: boolean;
  /** Whether there is a mask. */
  readonly masked: boolean;
  /** Whether the steps go backwards. */
  readonly reverse: boolean;
  /** Whether the states after all steps are wanted. */
  readonly sequences: boolean;
  /** Whether what the backward pass needs is kept. */
  readonly saved: boolean;
}

/** The last states, or the states after all steps. */
export type SequencePart = "state" | "sequence";

/** How a sequence was run, and which of its results is meant. */
export interface SequenceResult extends Recurrence {
  /** The result. */
  readonly part: SequencePart;
}

/** The inputs of a sequence by name. */
export interface SequenceInputs<T> {
  /**
   * The input: `[batch, time, features]`, numbers of symbols `[batch, time]`, or what it adds to the
   * gates, `[batch, time, gates * units]`.
   */
  readonly x: T;
  /** The recurrent kernel, `[units, gates * units]`. */
  readonly kernel: T;
  /** The state before the first step, `[batch, units]`. */
  readonly h0: T;
  /** The input kernel, `[features, gates * units]`. */
  readonly inputKernel?: T;
  /** What is added to the gates, `[gates * units]`. */
  readonly bias?: T;
  /** The cell state before the first step, `[batch, units]`. */
  readonly c0?: T;
  /** The bias of the recurrent product, `[gates * units]`. */
  readonly recurrentBias?: T;
  /** `[batch, time]`, 0 where a step is left out. */
  readonly mask?: T;
}

/**
 * Names inputs that are in the order of {@linkcode SequenceInputs}, without those left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Recurrence } from "@neurite/tensor";
 * import { sequenceInputs } from "@neurite/tensor/internal";
 *
 * const how = { cell: "tanh", input: "gates", biased: true, masked: false } as Recurrence;
 * assertEquals(sequenceInputs(["x", "u", "h", "b"], how).bias, "b");
 * ```
 */
export function named<T>(
  inputs: readonly T[],
  { cell, input, biased, masked }: Recurrence,
): SequenceInputs<T> {
  let at = 3;
  const next = (there: boolean) => there ? inputs[at++] : undefined;
  return {
    x: inputs[0],
    kernel: inputs[1],
    h0: inputs[2],
    inputKernel: next(input !== "gates"),
    bias: next(biased),
    c0: next(CELLS[cell].hasCellState),
    recurrentBias: next(cell === "gruResetAfter"),
    mask: next(masked),
  };
}

/** The inputs in their order. */
export function inOrder(inputs: SequenceInputs<Tensor>): Tensor[] {
  const { x, kernel, h0, inputKernel, bias, c0, recurrentBias, mask } = inputs;
  return [x, kernel, h0, inputKernel, bias, c0, recurrentBias, mask]
    .filter((x) => x !== undefined);
}

/** The sizes of a sequence, and where in a packed result its parts begin. */
export interface Layout {
  /** Examples. */
  readonly batch: number;
  /** Steps. */
  readonly time: number;
  /** Numbers in a state. */
  readonly units: number;
  /** Numbers in the gates of an example at a step. */
  readonly width: number;
  /** How many states: 2 with a cell state, else 1. They are first, `[states, batch, units]`. */
  readonly states: number;
  /** The states after all steps, `[batch, time, units]`, if they are wanted. */
  readonly sequence: number;
  /** The states before all steps, `[batch, time, units]`. */
  readonly before: number;
  /** The gates, `[batch, time, gates * units]`. */
  readonly gates: number;
  /** The cell states before all steps, `[batch, time, units]`, if there are any. */
  readonly cells: number;
  /** One vector more, `[batch, time, units]`, for cells that have it. */
  readonly extra: number;
  /** Numbers in all. */
  readonly size: number;
}

/**
 * The layout for inputs of the given shapes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Recurrence } from "@neurite/tensor";
 * import { sequenceLayout } from "@neurite/tensor/internal";
 *
 * const how = { cell: "tanh", sequences: true, saved: false } as Recurrence;
 * const { sequence, size } = sequenceLayout([2, 5, 3], [4, 4], how);
 * assertEquals([sequence, size], [2 * 4, 2 * 4 + 2 * 5 * 4]);
 * ```
 */
export function layoutOf(
  [batch, time]: readonly number[],
  [units, width]: readonly number[],
  { cell, sequences, saved }: Recurrence,
): Layout {
  const { hasCellState, hasExtra } = CELLS[cell], states = hasCellState ? 2 : 1;
  const part = batch * time * units, sequence = states * batch * units;
  const before = sequence + (sequences ? part : 0), gates = before + part;
  const cells = gates + batch * time * width, extra = cells + (hasCellState ? part : 0);
  const size = saved ? extra + (hasExtra ? part : 0) : before;
  return { batch, time, units, width, states, sequence, before, gates, cells, extra, size };
}

/** What {@linkcode sequence} gives. */
export interface PreparedSequence {
  /** The inputs as tensors of float32 that fit together. */
  readonly inputs: SequenceInputs<Tensor>;
  /** How the sequence is run. */
  readonly recurrence: Recurrence;
}

/** Checks the inputs of a sequence and fills in what is left out. */
export function prepare(
  operation: string,
  cell: CellName,
  input: TensorLike,
  kernel: TensorLike,
  options: SequenceOptions & { c0?: TensorLike; recurrentBias?: TensorLike },
): PreparedSequence {
  const given = [input, kernel, options.inputKernel, options.h0, options.c0, options.bias];
  const backend = backendOf(...given.filter((x) => x !== undefined));
  const u = cast(asTensor(kernel, backend), "float32");
  const w = options.inputKernel === undefined
    ? undefined
    : cast(asTensor(options.inputKernel, u.backend), "float32");
  const x = inputOf(operation, input, w, u.backend);
  const { gates, hasCellState } = CELLS[cell], symbols = x.dtype === "int32";
  if (x.rank !== (symbols ? 2 : 3) || u.rank !== 2 || u.shape[1] !== gates * u.shape[0]) {
    throw new ShapeError(
      operation,
      "the input must be [batch, time, ...] and the recurrent kernel [units, gates * units], with " +
        `gates = ${gates}`,
      [x.shape, u.shape],
    );
  }
  const [batch, time] = x.shape, [units, width] = u.shape;
  const features = symbols ? w!.shape[0] : x.shape[2];
  if (w === undefined && features !== width) {
    throw new ShapeError(
      operation,
      "the input, without an input kernel, must have a number for each column of the recurrent kernel",
      [x.shape, u.shape],
    );
  }
  const own = (what: string, value: TensorLike | undefined, shape: readonly number[]): Tensor =>
    may(what, value, shape) ?? zerosOn(x.backend, shape);
  const may = (what: string, value: TensorLike | undefined, shape: readonly number[]) =>
    value === undefined
      ? undefined
      : checked(operation, what, cast(asTensor(value, x.backend), "float32"), shape);
  const state = [batch, units], { reverse = false, returnSequences: sequences = false } = options;
  const inputs: SequenceInputs<Tensor> = {
    x,
    kernel: u,
    h0: own("the state h0", options.h0, state),
    inputKernel: may("the input kernel", w, [features, width]),
    bias: may("the bias", options.bias, [width]),
    c0: hasCellState ? own("the cell state c0", options.c0, state) : undefined,
    recurrentBias: cell === "gruResetAfter"
      ? own("the recurrent bias", options.recurrentBias, [width])
      : undefined,
    mask: may("the mask", options.mask, [batch, time]),
  };
  const kind = w === undefined ? "gates" : symbols ? "symbols" : "vectors";
  const biased = inputs.bias !== undefined, masked = inputs.mask !== undefined;
  const recurrence = { cell, biased, masked, reverse, sequences, saved: isRecording() };
  return { inputs, recurrence: { ...recurrence, input: kind } };
}

/** The input as a tensor: symbols, checked, where it has no vectors for its input kernel; else float32. */
function inputOf(
  operation: string,
  input: TensorLike,
  inputKernel: Tensor | undefined,
  backend: Backend,
): Tensor {
  const x = asTensor(input, backend);
  return x.rank === 2 && inputKernel?.rank === 2
    ? indicesFrom(operation, input, inputKernel.shape[0], backend)
    : cast(x, "float32");
}

/** Refuses a tensor of another shape. */
export function checked(
  operation: string,
  what: string,
  x: Tensor,
  shape: readonly number[],
): Tensor {
  if (sameShape(x.shape, shape)) return x;
  throw new ShapeError(operation, `${what} must be of shape [${shape.join(", ")}]`, [x.shape]);
}

function zerosOn(backend: Backend, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return new Tensor(backend, backend.fill(0, size, "float32"), shape, "float32");
}

/** What the reference works on: flat values. */
export type Flat = Float64Array | Float32Array | Int32Array;

/** The values of an array, row by row. */
export function flat(x: NdArray): Flat {
  return x.data.subarray(x.offset) as Flat;
}

/** A step of an example, as the reference goes through them. */
export interface Place {
  /** The example. */
  readonly example: number;
  /** The row of the example and the step among all: `[batch, time]`. */
  readonly row: number;
  /** Whether the step is left out. */
  readonly idle: boolean;
  /** Whether it is the example's last one. */
  readonly last: boolean;
}

/** Goes through all examples and their steps, in the order in which they are run or back. */
export function eachStep(
  { batch, time }: Layout,
  { reverse }: Recurrence,
  mask: Flat | undefined,
  back: boolean,
  visit: (place: Place) => void,
): void {
  for (let example = 0; example < batch; example++) {
    for (let i = 0; i < time; i++) {
      const step = back ? time - 1 - i : i,
        row = example * time + (reverse ? time - 1 - step : step);
      visit({ example, row, idle: mask?.[row] === 0, last: step === time - 1 });
    }
  }
}

/** `v U` for some columns, and `d U^T` for some columns. */
export function products(
  u: Flat,
  { units, width }: Layout,
): {
  times: (v: ArrayLike<number>, from: number, to: number) => number[];
  timesTransposed: (d: ArrayLike<number>, from: number) => number[];
} {
  return {
    times: (v, from, to) =>
      Array.from({ length: to - from }, (_, j) => {
        let total = 0;
        for (let k = 0; k < units; k++) total += v[k] * u[k * width + from + j];
        return total;
      }),
    timesTransposed: (d, from) =>
      Array.from({ length: units }, (_, k) => {
        let total = 0;
        for (let j = 0; j < d.length; j++) total += d[j] * u[k * width + from + j];
        return total;
      }),
  };
}

/** The cell of a recurrence. */
export function cellOf({ cell }: Pick<Recurrence, "cell">): Cell {
  return CELLS[cell];
}
