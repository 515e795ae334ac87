// The forward pass through a sequence: for every step the products of the inputs and of the states with
// their kernels, and what the cell makes of them, while they are near.
import { tile } from "./gemm.as";
import { rowTimesMatrix } from "./gemv.as";
import { Four, One } from "./lanes.as";
import { fma, ONE, positivePart, sigmoid4, tanh4 } from "./math.as";
import {
  endOfGroup, GRU, GRU_AFTER, LSTM, MR, NR, packRows, padded, RELU, ROWS, Sequence, sequenceAt, sgemm, timeOf,
} from "./recurrent.as";

// Where the numbers of the present rows are, and how far it is to the next row: set by `locate`.
let mask: usize = 0, maskLine: usize = 0, x: usize = 0, xLine: usize = 0;
let symbol: usize = 0, symbolLine: usize = 0;
let gates: usize = 0, gatesLine: usize = 0, line: usize = 0;
let before: usize = 0, cells: usize = 0, extra: usize = 0;
let bias: usize = 0, xGap: usize = 0;
let after: usize = 0, cellsAfter: usize = 0, afterLine: usize = 0, sequence: usize = 0, sequenceLine: usize = 0;
/** From gate to gate. */
let apart: usize = 0;

/** Finds the numbers of the examples from `row` on, at a step. */
function locate(s: Sequence, row: i32, step: i32): void {
  const n = s.units, width = s.width, t = timeOf(s, step);
  const full = row * s.time + t, kept = s.saved ? full : row, stride = s.saved ? s.time : 1;
  apart = <usize>n << 2;
  mask = s.mask ? s.mask + (<usize>full << 2) : ONE;
  maskLine = s.mask ? <usize>s.time << 2 : 0;
  bias = s.bias;
  if (s.inputKernel) {
    xGap = gapOf(s);
    xLine = <usize>(width / n) * xGap;
    x = s.inputWork + <usize>row * xLine;
  } else if (s.symbols) {
    xGap = apart;
    xLine = <usize>width << 2;
    x = s.x;
  } else {
    xGap = apart;
    xLine = <usize>(s.time * width) << 2;
    x = s.x + (<usize>(full * width) << 2);
  }
  symbol = s.symbols ? s.symbols + (<usize>full << 2) : 0;
  symbolLine = <usize>s.time << 2;
  gates = s.gates + (<usize>(kept * width) << 2);
  gatesLine = <usize>(stride * width) << 2;
  const at = <usize>(kept * n) << 2;
  line = <usize>(stride * n) << 2;
  before = s.before + at;
  cells = s.cells + at;
  extra = s.extra + at;
  if (step == s.time - 1) {
    const last = <usize>(row * n) << 2;
    after = s.state + last;
    cellsAfter = s.cellState + last;
    afterLine = <usize>n << 2;
  } else {
    const next = s.saved ? row * s.time + timeOf(s, step + 1) : row, there = <usize>(next * n) << 2;
    after = s.before + there;
    cellsAfter = s.cells + there;
    afterLine = line;
  }
  sequence = s.sequence ? s.sequence + (<usize>(full * n) << 2) : 0;
  sequenceLine = <usize>(s.time * n) << 2;
}

/** From gate to gate in rows of products: whole tiles, if they are made of tiles. */
@inline
function gapOf(s: Sequence): usize { return <usize>(s.way ? s.units : padded(s.units)) << 2; }

/** What the input adds to the gates of the present row. */
@inline
function inputRow(): usize { return symbol ? x + load<u32>(symbol) * xLine : x; }

/** To the next row. */
@inline
function nextRow(): void {
  mask += maskLine;
  if (symbol) symbol += symbolLine;
  else x += xLine;
  gates += gatesLine;
  before += line;
  cells += line;
  extra += line;
  after += afterLine;
  cellsAfter += afterLine;
  if (sequence) sequence += sequenceLine;
}

/** A row that is left out: its states stay, what the backward pass needs is 0. */
function idle(s: Sequence, count: i32, width: usize): void {
  memory.copy(after, before, width);
  if (s.cells) memory.copy(cellsAfter, cells, width);
  if (sequence) memory.copy(sequence, before, width);
  for (let g = 0; g < count; g++) memory.fill(gates + <usize>g * apart, 0, width);
  if (s.extra) memory.fill(extra, 0, width);
}

/** The new state, to where it is wanted. */
@inline
function put<L>(to: usize, and: usize, h: v128): void {
  const l = changetype<L>(0);
  l.store(to, h);
  if (and) l.store(and, h);
}

@inline
function at(p: usize, i: usize): usize { return p ? p + i : 0; }

/** The sum of what the input adds, the bias and the product. */
@inline
function sum3<L>(x: usize, bias: usize, z: usize): v128 {
  const l = changetype<L>(0);
  return f32x4.add(f32x4.add(l.load(x), l.load(bias)), l.load(z));
}

@inline
function simpleAt<L>(x: usize, bias: usize, z: usize, gates: usize, to: usize, and: usize, relu: i32): void {
  const l = changetype<L>(0), sum = sum3<L>(x, bias, z);
  const h = relu ? positivePart(sum) : tanh4(sum);
  l.store(gates, h);
  put<L>(to, and, h);
}

/** Rows of a simple cell: `z` is the product. */
export function simpleRows(meta: usize, z: usize, zLine: usize, rows: i32, n: usize, relu: i32): void {
  const s = sequenceAt(meta), whole = n & ~15;
  for (let r = 0; r < rows; r++, z += zLine, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, 1, n);
      continue;
    }
    const a = inputRow(), b = bias, g = gates, to = after, and = sequence;
    let i: usize = 0;
    if (relu) for (; i < whole; i += 16) simpleAt<Four>(a + i, b + i, z + i, g + i, to + i, at(and, i), 1);
    else for (; i < whole; i += 16) simpleAt<Four>(a + i, b + i, z + i, g + i, to + i, at(and, i), 0);
    for (; i < n; i += 4) simpleAt<One>(a + i, b + i, z + i, g + i, to + i, at(and, i), relu);
  }
}

@inline
function lstmAt<L>(
  x: usize, xGap: usize, bias: usize, z: usize, zGap: usize, gates: usize, gap: usize,
  c: usize, cTo: usize, more: usize, to: usize, and: usize,
): void {
  const l = changetype<L>(0);
  const input = sigmoid4(sum3<L>(x, bias, z));
  l.store(gates, input);
  const added = tanh4(sum3<L>(x + 2 * xGap, bias + 2 * gap, z + 2 * zGap));
  l.store(gates + 2 * gap, added);
  const forget = sigmoid4(sum3<L>(x + xGap, bias + gap, z + zGap));
  l.store(gates + gap, forget);
  const sum = fma(forget, l.load(c), f32x4.mul(input, added));
  l.store(cTo, sum);
  const squashed = tanh4(sum);
  l.store(more, squashed);
  const output = sigmoid4(sum3<L>(x + 3 * xGap, bias + 3 * gap, z + 3 * zGap));
  l.store(gates + 3 * gap, output);
  put<L>(to, and, f32x4.mul(output, squashed));
}

/** Rows of long short-term memory. */
export function lstmRows(meta: usize, z: usize, zGap: usize, zLine: usize, rows: i32, n: usize): void {
  const s = sequenceAt(meta), whole = n & ~15, gap = apart, wide = xGap;
  for (let r = 0; r < rows; r++, z += zLine, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, 4, n);
      continue;
    }
    const a = inputRow(), b = bias, g = gates, c = cells, cTo = cellsAfter, more = extra, to = after, and = sequence;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      lstmAt<Four>(a + i, wide, b + i, z + i, zGap, g + i, gap, c + i, cTo + i, more + i, to + i, at(and, i));
    }
    for (; i < n; i += 4) {
      lstmAt<One>(a + i, wide, b + i, z + i, zGap, g + i, gap, c + i, cTo + i, more + i, to + i, at(and, i));
    }
  }
}

/** z h + (1 - z) a. */
@inline
function mix(z: v128, h: v128, a: v128): v128 { return fma(z, f32x4.sub(h, a), a); }

@inline
function gruAfterAt<L>(
  x: usize, xGap: usize, bias: usize, z: usize, zGap: usize, more: usize, gates: usize, gap: usize,
  h: usize, inner: usize, to: usize, and: usize,
): void {
  const l = changetype<L>(0);
  const reset = sigmoid4(f32x4.add(sum3<L>(x + xGap, bias + gap, z + zGap), l.load(more + gap)));
  l.store(gates + gap, reset);
  const product = f32x4.add(l.load(z + 2 * zGap), l.load(more + 2 * gap));
  l.store(inner, product);
  const candidate = tanh4(fma(reset, product, f32x4.add(l.load(x + 2 * xGap), l.load(bias + 2 * gap))));
  l.store(gates + 2 * gap, candidate);
  const update = sigmoid4(f32x4.add(sum3<L>(x, bias, z), l.load(more)));
  l.store(gates, update);
  put<L>(to, and, mix(update, l.load(h), candidate));
}

/** Rows of gated recurrent units that reset after the product. */
export function gruAfterRows(meta: usize, z: usize, zGap: usize, zLine: usize, rows: i32, n: usize): void {
  const s = sequenceAt(meta), whole = n & ~15, gap = apart, wide = xGap, m = s.recurrentBias;
  for (let r = 0; r < rows; r++, z += zLine, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, 3, n);
      continue;
    }
    const a = inputRow(), b = bias, g = gates, h = before, inner = extra, to = after, and = sequence;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      gruAfterAt<Four>(a + i, wide, b + i, z + i, zGap, m + i, g + i, gap, h + i, inner + i, to + i, at(and, i));
    }
    for (; i < n; i += 4) {
      gruAfterAt<One>(a + i, wide, b + i, z + i, zGap, m + i, g + i, gap, h + i, inner + i, to + i, at(and, i));
    }
  }
}

@inline
function gruGatesAt<L>(
  x: usize, xGap: usize, bias: usize, z: usize, zGap: usize, gates: usize, gap: usize, h: usize, more: usize,
): void {
  const l = changetype<L>(0), reset = sigmoid4(sum3<L>(x + xGap, bias + gap, z + zGap));
  l.store(gates + gap, reset);
  l.store(more, f32x4.mul(reset, l.load(h)));
  l.store(gates, sigmoid4(sum3<L>(x, bias, z)));
}

/** Rows of gated recurrent units: both gates, and the state as the reset gate leaves it. */
export function gruGateRows(z: usize, zGap: usize, zLine: usize, rows: i32, n: usize): void {
  const whole = n & ~15, gap = apart, wide = xGap;
  for (let r = 0; r < rows; r++, z += zLine, nextRow()) {
    if (load<f32>(mask) == 0) {
      memory.fill(extra, 0, n);
      continue;
    }
    const a = inputRow(), b = bias, g = gates, h = before, more = extra;
    let i: usize = 0;
    for (; i < whole; i += 16) gruGatesAt<Four>(a + i, wide, b + i, z + i, zGap, g + i, gap, h + i, more + i);
    for (; i < n; i += 4) gruGatesAt<One>(a + i, wide, b + i, z + i, zGap, g + i, gap, h + i, more + i);
  }
}

@inline
function gruCandidateAt<L>(
  x: usize, bias: usize, z: usize, gates: usize, gap: usize, h: usize, to: usize, and: usize,
): void {
  const l = changetype<L>(0), candidate = tanh4(sum3<L>(x, bias, z));
  l.store(gates + 2 * gap, candidate);
  put<L>(to, and, mix(l.load(gates), l.load(h), candidate));
}

/** Rows of gated recurrent units: the candidate and the new state. */
export function gruCandidateRows(meta: usize, z: usize, zLine: usize, rows: i32, n: usize): void {
  const s = sequenceAt(meta), whole = n & ~15, gap = apart, wide = xGap;
  for (let r = 0; r < rows; r++, z += zLine, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, 3, n);
      continue;
    }
    const a = inputRow() + 2 * wide, b = bias + 2 * gap, g = gates, h = before, to = after, and = sequence;
    let i: usize = 0;
    for (; i < whole; i += 16) gruCandidateAt<Four>(a + i, b + i, z + i, g + i, gap, h + i, to + i, at(and, i));
    for (; i < n; i += 4) gruCandidateAt<One>(a + i, b + i, z + i, g + i, gap, h + i, to + i, at(and, i));
  }
}

/** What the cell makes of the product of some rows. */
@inline
function finish(s: Sequence, second: i32, row: i32, rows: i32, step: i32, z: usize, zLine: usize): void {
  const meta = changetype<usize>(s), n = <usize>s.units << 2, zGap = gapOf(s);
  locate(s, row, step);
  if (s.cell == LSTM) lstmRows(meta, z, zGap, zLine, rows, n);
  else if (s.cell == GRU_AFTER) gruAfterRows(meta, z, zGap, zLine, rows, n);
  else if (s.cell != GRU) simpleRows(meta, z, zLine, rows, n, i32(s.cell == RELU));
  else if (second) gruCandidateRows(meta, z, zLine, rows, n);
  else gruGateRows(z, zGap, zLine, rows, n);
}

/**
 * z = v M for the packed rows of some panels and the packed columns of `count` gates, both `length`
 * long; rows of z are `zLine` bytes apart.
 */
function tiles(
  s: Sequence, v: usize, columns: usize, length: i32, count: i32, z: usize, zLine: usize, panel: i32, end: i32,
): void {
  const n = s.units, gap = gapOf(s), size = <usize>(MR * length) << 2;
  for (let j = 0; j < n; j += NR) {
    for (let g = 0; g < count; g++, columns += <usize>(NR * length) << 2) {
      const to = z + <usize>g * gap + (<usize>j << 2);
      for (let p = panel; p < end; p++) {
        tile(v + <usize>p * size, columns, to + <usize>((p - panel) * MR) * zLine, zLine, length, 0);
      }
    }
  }
}

/** What the inputs of some panels add to the gates at a step. */
function project(s: Sequence, panel: i32, end: i32, step: i32): void {
  const row = panel * MR, rows = min(s.batch, end * MR) - row, features = s.features;
  const line = <usize>(s.time * features) << 2;
  const from = s.x + (<usize>((row * s.time + timeOf(s, step)) * features) << 2);
  if (s.way > ROWS) {
    const to = s.inputWork + (<usize>(row * s.width) << 2), width = s.width;
    sgemm(0, 0, rows, width, features, from, s.time * features, s.inputKernel, width, 0, to, width);
    return;
  }
  if (s.way == ROWS) {
    const n = <usize>s.width << 2;
    for (let r = 0; r < rows; r++) {
      const to = s.inputWork + <usize>(row + r) * n;
      rowTimesMatrix(from + <usize>r * line, s.inputKernel, to, n, features, 0, s.width);
    }
    return;
  }
  const count = s.width / s.units, zLine = <usize>count * gapOf(s);
  packRows(s, from, line, features, s.inputPanels, panel, end);
  tiles(s, s.inputPanels, s.packedInput, features, count, s.inputWork + <usize>row * zLine, zLine, panel, end);
}

/**
 * The product of `from` (rows `lineOf` bytes apart) with the columns of `count` gates from number
 * `first` on, and what the cell makes of it: all columns first, then row by row, so that the numbers
 * of a step are read and written straight through.
 */
function product(
  s: Sequence, from: usize, lineOf: usize, first: i32, count: i32, packed: usize, panel: i32, end: i32, step: i32,
): void {
  const n = s.units, row = panel * MR, rows = min(s.batch, end * MR) - row, second = i32(first > 0);
  const u = s.kernel + (<usize>(first * n) << 2);
  if (s.way == ROWS) {
    for (let r = 0; r < rows; r++) {
      rowTimesMatrix(from + <usize>r * lineOf, u, s.work, <usize>s.width << 2, n, 0, count * n);
      finish(s, second, row + r, 1, step, s.work, 0);
    }
    return;
  }
  // Both products of a step begin at the same place, however many their gates: other threads have theirs.
  const zLine = <usize>count * gapOf(s), z = s.work + <usize>(row * (s.width / n)) * gapOf(s);
  if (s.way > ROWS) sgemm(0, 0, rows, count * n, n, from, lineOf >> 2, u, s.width, 0, z, count * n);
  else {
    packRows(s, from, lineOf, n, s.panels, panel, end);
    tiles(s, s.panels, packed, n, count, z, zLine, panel, end);
  }
  finish(s, second, row, rows, step, z, zLine);
}

/** The forward pass for the examples of panels begin / 4 to end / 4 - 1. */
export function recurrentForward(meta: usize, begin: i32, end: i32): void {
  const s = sequenceAt(meta), last = end >> 2, size = <usize>s.units << 2;
  for (let panel = begin >> 2; panel < last;) {
    const stop = endOfGroup(s, panel, last), row = panel * MR, rows = min(s.batch, stop * MR) - row;
    locate(s, row, 0);
    for (let r = 0; r < rows; r++) {
      const at = <usize>(row + r) * size;
      memory.copy(before, s.h0 + at, size);
      if (s.cells) memory.copy(cells, s.c0 + at, size);
      nextRow();
    }
    for (let step = 0; step < s.time; step++) {
      if (s.inputKernel) project(s, panel, stop, step);
      locate(s, row, step);
      const held = extra;
      if (s.cell == GRU) {
        product(s, before, line, 0, 2, s.packed, panel, stop, step);
        product(s, held, line, 2, 1, s.packedToo, panel, stop, step);
      } else product(s, before, line, 0, s.width / s.units, s.packed, panel, stop, step);
    }
    panel = stop;
  }
}
