/** Whole sequences of recurrent layers: each thread takes some examples through all of their steps. */
import {
  type Layout,
  layoutOf,
  named,
  type Recurrence,
  type SequenceInputs,
} from "../../../ops/rules/recurrence.ts";
import type { CellName } from "../../../ops/rules/recurrent_cells.ts";
import type { SequenceGradient } from "../../../ops/recurrent/recurrent_gradient.ts";
import { rowsOf } from "../../../ops/recurrent/recurrent_kernel_gradient.ts";
import type { SequenceResult } from "../../../ops/rules/recurrence.ts";
import { sizeOf } from "../../../shape.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address, type Runner } from "./runner.ts";

/** Multiply-adds, and numbers to pack, that are worth a thread of their own. */
const GRAIN = 1 << 18, PACK_GRAIN = 16384;
/** Examples in a panel, units in a tile, as the kernels have them. */
const MR = 6, NR = 8;
/** Up to so many examples are multiplied row by row: a tile would be mostly empty. */
const FEW = 3;

/** The ways to multiply, as the kernels number them. */
const TILES = 0, ROWS = 1, BLAS = 2;

/** The cells, as the kernels number them. */
const CELLS: Readonly<Record<CellName, number>> = {
  tanh: 0,
  relu: 1,
  lstm: 2,
  gru: 3,
  gruResetAfter: 4,
};

/** A sequence as the kernels read it: the fields of `Sequence` in kernels/recurrent.as.ts, in order. */
const FIELDS = [
  ...["cell", "batch", "time", "units", "width", "reverse", "way"],
  ...["kernel", "packed", "packedToo", "bias", "recurrentBias", "mask"],
  ...["h0", "c0", "state", "cellState", "sequence"],
  ...["saved", "before", "gates", "cells", "extra"],
  ...["x", "symbols", "inputKernel", "packedInput", "features"],
  ...["dSequence", "dState", "dCellState", "dx", "dxSaved", "dh0", "dc0"],
  ...["panels", "inputPanels", "work", "inputWork", "dh", "dc", "dr"],
] as const;

type Fields = Partial<Record<typeof FIELDS[number], number>>;

/** Storages that are freed together. */
class Lent {
  readonly #engine: Engine;
  readonly #storages: WasmStorage[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The address of `size` numbers. */
  take(size: number): number {
    const storage = this.#engine.allocate(size);
    this.#storages.push(storage);
    return storage.address;
  }

  /** The address of `size` zeros. */
  zeros(size: number): number {
    const at = this.take(size);
    this.#engine.floats.fill(0, at / 4, at / 4 + size);
    return at;
  }

  /** Gives all back. */
  end(): void {
    for (const storage of this.#storages) this.#engine.free(storage);
  }
}

/** Calls a kernel for all panels, which are its units of work, four to a panel. */
function launch(
  engine: Engine,
  kernel: "recurrentForward" | "recurrentBackward",
  fields: Fields,
  { batch, time, units, width }: Layout,
): void {
  const panels = Math.ceil(batch / MR), meta = engine.meta(FIELDS.map((name) => fields[name] ?? 0));
  const work = panels * MR * Math.max(1, time * units * width);
  // The library does best with many rows at once: one share for each thread.
  const least = fields.way === BLAS ? 4 * panels / engine.threads : 0;
  engine.launch(kernel, 4 * panels, Math.ceil(Math.max(least, 4 * panels * GRAIN / work)), meta);
}

/** What both ways have in common. */
function common(
  engine: Engine,
  { x, kernel, mask }: SequenceInputs<Operand>,
  recurrence: Recurrence,
  { batch, time, units, width }: Layout,
): Fields {
  return {
    ...{ batch, time, units, width, cell: CELLS[recurrence.cell] },
    reverse: recurrence.reverse ? 1 : 0,
    way: batch <= FEW ? ROWS : engine.library && x.shape[2] !== 0 ? BLAS : TILES,
    kernel: address(kernel),
    mask: mask && address(mask),
  };
}

/** The forward pass. */
export const recurrentForward: Runner<Recurrence> = (engine, inputs, recurrence) => {
  const given = named(inputs, recurrence);
  const { x, kernel, h0, inputKernel, bias, c0, recurrentBias } = given;
  const layout = layoutOf(x.shape, kernel.shape, recurrence), { saved, cell } = recurrence;
  const { batch, time, units, width, states } = layout, y = engine.allocate(layout.size);
  if (layout.size === 0) return y;
  const numbers = engine.floats, first = y.address / 4, state = batch * units;
  if (time === 0) {
    [h0, c0].slice(0, states).forEach((x, i) => {
      const from = address(x!) / 4;
      numbers.copyWithin(first + i * state, from, from + state);
    });
    return y;
  }
  const lent = new Lent(engine), at = (place: number) => y.address + 4 * place;
  const own = (place: number, size: number) => saved ? at(place) : lent.take(batch * size);
  const rows = Math.ceil(batch / MR) * MR, gates = width / units, groups = Math.ceil(units / NR);
  const all = rows * gates * groups * NR, isVectors = recurrence.input === "vectors";
  const features = isVectors ? x.shape[2] : 0, isSymbols = recurrence.input === "symbols";
  const fields: Fields = {
    ...common(engine, given, recurrence, layout),
    // Rows of the input kernel are what symbols add to the gates.
    x: address(isSymbols ? inputKernel! : x),
    symbols: isSymbols ? address(x) : 0,
    ...{ features, inputKernel: isVectors ? address(inputKernel!) : 0 },
    ...{ h0: address(h0), c0: c0 && address(c0) },
    bias: bias === undefined ? lent.zeros(width) : address(bias),
    recurrentBias: recurrentBias && address(recurrentBias),
    ...{ state: at(0), cellState: states === 2 ? at(state) : 0, saved: saved ? 1 : 0 },
    sequence: recurrence.sequences ? at(layout.sequence) : 0,
    before: own(layout.before, units),
    gates: own(layout.gates, width),
    cells: states === 2 ? own(layout.cells, units) : 0,
    extra: gates === 1 ? 0 : own(layout.extra, units),
    work: lent.take(all),
    inputWork: isVectors ? lent.take(all) : 0,
  };
  if (fields.way === TILES) {
    const pack = (from: Operand, first: number, count: number): number => {
      const length = from.shape[0], size = NR * length, to = lent.take(groups * count * size);
      const args = [address(from), to, length, units, width, first, count];
      engine.launch("packGates", groups * count, Math.ceil(PACK_GRAIN / size), ...args);
      return to;
    };
    fields.packed = pack(kernel, 0, cell === "gru" ? 2 : gates);
    if (cell === "gru") fields.packedToo = pack(kernel, 2, 1);
    fields.panels = lent.take(rows * units);
    if (isVectors) {
      fields.packedInput = pack(inputKernel!, 0, gates);
      fields.inputPanels = lent.take(rows * features);
    }
  }
  launch(engine, "recurrentForward", fields, layout);
  lent.end();
  return y;
};

/** A part of the packed result. */
export const recurrentOutput: Runner<SequenceResult> = (
  engine,
  [packed, x, kernel],
  result,
  { shape },
) => {
  const size = sizeOf(shape), { sequence } = layoutOf(x.shape, kernel.shape, result);
  const y = engine.allocate(size), from = result.part === "state" ? 0 : sequence;
  if (size > 0) engine.launch("copyFlat", size, 16384, address(packed) + 4 * from, y.address, 1, 1);
  return y;
};

/** The backward pass. */
export const recurrentGradient: Runner<SequenceGradient> = (
  engine,
  [dy, packed, ...inputs],
  gradient,
  { shape },
) => {
  const given = named(inputs, gradient), { x, kernel } = given, { by, part, cell } = gradient;
  const layout = layoutOf(x.shape, kernel.shape, gradient);
  const { batch, time, units, width, states } = layout;
  const size = sizeOf(shape), y = engine.allocate(size);
  if (size === 0) return y;
  const lent = new Lent(engine), at = (place: number) => address(packed) + 4 * place;
  const state = batch * units * 4, isState = part === "state", toState = by === "state";
  const rows = Math.ceil(batch / MR) * MR, wide = rows * Math.ceil(units / NR) * NR;
  const isGru = cell === "gru" || cell === "gruResetAfter";
  const fields: Fields = {
    ...common(engine, given, gradient, layout),
    before: at(layout.before),
    gates: at(layout.gates),
    cells: at(layout.cells),
    extra: at(layout.extra),
    dSequence: isState ? 0 : address(dy),
    dState: isState ? address(dy) : 0,
    dCellState: isState && states === 2 ? address(dy) + state : 0,
    dx: toState ? lent.take(batch * width) : y.address,
    dxSaved: toState ? 0 : 1,
    dh0: toState ? y.address : 0,
    dc0: toState && states === 2 ? y.address + state : 0,
    dh: lent.take(wide),
    dc: states === 2 ? lent.take(wide) : 0,
    dr: isGru ? lent.take(wide) : 0,
  };
  if (fields.way === TILES && time > 0) {
    const groups = Math.ceil(units / NR), first = isGru ? 2 * units : width;
    const pack = (from: number, count: number): number => {
      const to = lent.take(groups * NR * count);
      const args = [address(kernel), to, units, width, from, count];
      const grain = Math.ceil(PACK_GRAIN / (NR * count));
      engine.launch("packUnits", groups, grain, ...args);
      return to;
    };
    fields.packed = pack(0, first);
    if (isGru) fields.packedToo = pack(first, units);
    fields.panels = lent.take(rows * first);
  }
  launch(engine, "recurrentBackward", fields, layout);
  lent.end();
  return y;
};

/** The products of all steps at once; what the reset gate does to a factor is done before. */
export const recurrentKernelGradient: Runner<SequenceResult> = (
  engine,
  [dx, , packed, ...inputs],
  result,
  { shape },
) => {
  const given = named(inputs, result), { x, kernel, inputKernel } = given;
  const size = sizeOf(shape), y = engine.allocate(size);
  const layout = layoutOf(x.shape, kernel.shape, result), { units, width } = layout;
  const steps = layout.batch * layout.time, at = (place: number) => address(packed) + 4 * place;
  if (size === 0 || steps === 0) {
    engine.view(y, "float32", size).fill(0);
    return y;
  }
  const places = rowsOf(given, result), features = inputKernel?.shape[0] ?? 0;
  const row = (i: number | undefined) => i === undefined ? 0 : y.address + 4 * width * i;
  const ofInputs = features > 0 ? row(units) : 0, isSymbols = result.input === "symbols" ? 1 : 0;
  const bias = row(places.bias), recurrentBias = row(places.recurrentBias);
  /** The columns of gates from number `gate` on; threads share them, each packs its part. */
  const products = (
    gate: number,
    gates: number,
    states: number,
    [gradients, line]: readonly [number, number],
    [inputRows, sums]: readonly [number, number],
  ): void => {
    const columns = gates * units, to = (rows: number) => rows === 0 ? 0 : rows + 4 * gate * units;
    const grain = Math.max(8, columns / engine.threads, GRAIN * columns / (units * width * steps));
    const args = [states, units, address(x), isSymbols, features, gradients, line, steps];
    args.push(states === 0 ? 0 : to(y.address), to(inputRows), to(sums), width);
    engine.launch(
      "kernelGradients",
      columns,
      Math.ceil(grain),
      ...args,
      engine.library ? 1 : 0,
    );
  };
  const before = at(layout.before), of = (gate: number) => address(dx) + 4 * gate * units;
  if (result.cell === "gru") {
    products(0, 2, before, [of(0), width], [ofInputs, bias]);
    products(2, 1, at(layout.extra), [of(2), width], [ofInputs, bias]);
  } else if (result.cell === "gruResetAfter") {
    const through = engine.allocate(steps * units);
    const args = [address(dx), at(layout.gates), through.address, units];
    engine.launch("candidateGradient", steps, Math.ceil(PACK_GRAIN / units), ...args);
    products(0, 2, before, [of(0), width], [ofInputs, recurrentBias]);
    products(2, 1, before, [through.address, units], [0, recurrentBias]);
    engine.free(through);
    if (bias !== 0) {
      const from = recurrentBias / 4;
      engine.floats.copyWithin(bias / 4, from, from + 2 * units);
    }
    if (bias + ofInputs !== 0) products(2, 1, 0, [of(2), width], [ofInputs, bias]);
  } else products(0, width / units, before, [of(0), width], [ofInputs, bias]);
  return y;
};
