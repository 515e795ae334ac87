// The backward pass of a sequence: for every step, from the last to the first, the gradients of the
// gates from that of the state, and what of it goes to the state before, through the product.
import { Four, One } from "./lanes.as";
import { fma, ONE } from "./math.as";
import {
  backProduct, endOfGroup, GRU, GRU_AFTER, LSTM, MR, padded, RELU, Sequence, sequenceAt, timeOf,
} from "./recurrent.as";

// Where the numbers of the present row are, and how far it is to the next: set by `locate`.
let mask: usize = 0, maskLine: usize = 0, gates: usize = 0, gatesLine: usize = 0;
let before: usize = 0, cells: usize = 0, extra: usize = 0, line: usize = 0;
let dx: usize = 0, dxLine: usize = 0, dSequence: usize = 0;
let dh: usize = 0, dc: usize = 0, dr: usize = 0, workLine: usize = 0;
let apart: usize = 0;

/** Finds the numbers of the examples from `row` on, at a step. */
function locate(s: Sequence, row: i32, step: i32): void {
  const n = s.units, width = s.width, full = row * s.time + timeOf(s, step), own = s.dxSaved ? full : row;
  const at = <usize>(full * n) << 2, work = <usize>(row * padded(n)) << 2;
  apart = <usize>n << 2;
  mask = s.mask ? s.mask + (<usize>full << 2) : ONE;
  maskLine = s.mask ? <usize>s.time << 2 : 0;
  gates = s.gates + (<usize>(full * width) << 2);
  gatesLine = <usize>(s.time * width) << 2;
  before = s.before + at;
  cells = s.cells + at;
  extra = s.extra + at;
  line = <usize>(s.time * n) << 2;
  dx = s.dx + (<usize>(own * width) << 2);
  dxLine = s.dxSaved ? gatesLine : <usize>width << 2;
  dSequence = s.dSequence ? s.dSequence + at : 0;
  dh = s.dh + work;
  dc = s.dc + work;
  dr = s.dr + work;
  workLine = <usize>padded(n) << 2;
}

/** To the next row. */
@inline
function nextRow(): void {
  mask += maskLine;
  gates += gatesLine;
  before += line;
  cells += line;
  extra += line;
  dx += dxLine;
  if (dSequence) dSequence += line;
  dh += workLine;
  dc += workLine;
  dr += workLine;
}

/** 1 - y^2. */
@inline
function tanhSlope(y: v128): v128 {
  const one = v128.load32_splat(ONE);
  return f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y));
}

/** y (1 - y). */
@inline
function sigmoidSlope(y: v128): v128 { return f32x4.mul(y, f32x4.sub(v128.load32_splat(ONE), y)); }

/** The gradient of the state: from the steps after, and from the result. */
@inline
function gradientOfState<L>(i: usize): v128 {
  const l = changetype<L>(0), d = l.load(dh + i);
  return dSequence ? f32x4.add(d, l.load(dSequence + i)) : d;
}

/** A row that is left out: the gradient of its state goes on to the state before. */
function idle(s: Sequence, n: usize): void {
  if (dSequence) {
    for (let i: usize = 0; i < n; i += 4) store<f32>(dh + i, load<f32>(dh + i) + load<f32>(dSequence + i));
  }
  memory.fill(dx, 0, <usize>s.width << 2);
  if (s.dr) memory.fill(dr, 0, n);
}

@inline
function simpleAt<L>(i: usize, relu: i32): void {
  const l = changetype<L>(0), y = l.load(gates + i), d = gradientOfState<L>(i), zero = f32x4.splat(0);
  l.store(dx + i, relu ? v128.and(d, f32x4.gt(y, zero)) : f32x4.mul(d, tanhSlope(y)));
  l.store(dh + i, zero);
}

/** Rows of a simple cell. */
export function simpleBack(meta: usize, rows: i32): void {
  const s = sequenceAt(meta), n = apart, whole = n & ~15, relu = i32(s.cell == RELU);
  for (let r = 0; r < rows; r++, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, n);
      continue;
    }
    let i: usize = 0;
    for (; i < whole; i += 16) simpleAt<Four>(i, relu);
    for (; i < n; i += 4) simpleAt<One>(i, relu);
  }
}

@inline
function lstmAt<L>(i: usize): void {
  const l = changetype<L>(0), at = gates + i, to = dx + i;
  const input = l.load(at), forget = l.load(at + apart);
  const added = l.load(at + 2 * apart), output = l.load(at + 3 * apart), squashed = l.load(extra + i);
  const d = gradientOfState<L>(i);
  const ofCell = fma(f32x4.mul(d, output), tanhSlope(squashed), l.load(dc + i));
  l.store(to, f32x4.mul(f32x4.mul(ofCell, added), sigmoidSlope(input)));
  l.store(to + apart, f32x4.mul(f32x4.mul(ofCell, l.load(cells + i)), sigmoidSlope(forget)));
  l.store(to + 2 * apart, f32x4.mul(f32x4.mul(ofCell, input), tanhSlope(added)));
  l.store(to + 3 * apart, f32x4.mul(f32x4.mul(d, squashed), sigmoidSlope(output)));
  l.store(dc + i, f32x4.mul(ofCell, forget));
  l.store(dh + i, f32x4.splat(0));
}

/** Rows of long short-term memory. */
export function lstmBack(meta: usize, rows: i32): void {
  const s = sequenceAt(meta), n = apart, whole = n & ~15;
  for (let r = 0; r < rows; r++, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, n);
      continue;
    }
    let i: usize = 0;
    for (; i < whole; i += 16) lstmAt<Four>(i);
    for (; i < n; i += 4) lstmAt<One>(i);
  }
}

/** What goes into the update gate and the candidate; gives the latter. */
@inline
function backThroughMix<L>(i: usize, d: v128): v128 {
  const l = changetype<L>(0), update = l.load(gates + i), candidate = l.load(gates + 2 * apart + i);
  const change = f32x4.sub(l.load(before + i), candidate);
  l.store(dx + i, f32x4.mul(f32x4.mul(d, change), sigmoidSlope(update)));
  const rest = f32x4.sub(v128.load32_splat(ONE), update);
  const ofCandidate = f32x4.mul(f32x4.mul(d, rest), tanhSlope(candidate));
  l.store(dx + 2 * apart + i, ofCandidate);
  return ofCandidate;
}

@inline
function gruAfterAt<L>(i: usize): void {
  const l = changetype<L>(0), d = gradientOfState<L>(i), reset = l.load(gates + apart + i);
  const ofCandidate = backThroughMix<L>(i, d);
  l.store(dx + apart + i, f32x4.mul(f32x4.mul(ofCandidate, l.load(extra + i)), sigmoidSlope(reset)));
  l.store(dr + i, f32x4.mul(ofCandidate, reset));
  l.store(dh + i, f32x4.mul(d, l.load(gates + i)));
}

/** Rows of gated recurrent units that reset after the product; dr is for the product. */
export function gruAfterBack(meta: usize, rows: i32): void {
  const s = sequenceAt(meta), n = apart, whole = n & ~15;
  for (let r = 0; r < rows; r++, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, n);
      continue;
    }
    let i: usize = 0;
    for (; i < whole; i += 16) gruAfterAt<Four>(i);
    for (; i < n; i += 4) gruAfterAt<One>(i);
  }
}

@inline
function gruCandidateAt<L>(i: usize): void {
  const l = changetype<L>(0), d = gradientOfState<L>(i);
  backThroughMix<L>(i, d);
  l.store(dr + i, f32x4.splat(0));
  l.store(dh + i, d);
}

/** Rows of gated recurrent units: the way through the candidate. */
export function gruCandidateBack(meta: usize, rows: i32): void {
  const s = sequenceAt(meta), n = apart, whole = n & ~15;
  for (let r = 0; r < rows; r++, nextRow()) {
    if (load<f32>(mask) == 0) {
      idle(s, n);
      continue;
    }
    let i: usize = 0;
    for (; i < whole; i += 16) gruCandidateAt<Four>(i);
    for (; i < n; i += 4) gruCandidateAt<One>(i);
  }
}

@inline
function gruGatesAt<L>(i: usize): void {
  const l = changetype<L>(0), d = l.load(dh + i), update = l.load(gates + i), reset = l.load(gates + apart + i);
  const ofReset = l.load(dr + i);
  l.store(dx + apart + i, f32x4.mul(f32x4.mul(ofReset, l.load(before + i)), sigmoidSlope(reset)));
  l.store(dh + i, fma(ofReset, reset, f32x4.mul(d, update)));
}

/** Rows of gated recurrent units: the way through the gates; dr is the gradient of r h. */
export function gruGateBack(meta: usize, rows: i32): void {
  const n = apart, whole = n & ~15;
  for (let r = 0; r < rows; r++, nextRow()) {
    if (load<f32>(mask) == 0) continue;
    let i: usize = 0;
    for (; i < whole; i += 16) gruGatesAt<Four>(i);
    for (; i < n; i += 4) gruGatesAt<One>(i);
  }
}

/** The backward pass for the examples of panels begin / 4 to end / 4 - 1. */
export function recurrentBackward(meta: usize, begin: i32, end: i32): void {
  const s = sequenceAt(meta), last = end >> 2, n = s.units, size = <usize>n << 2, wide = <usize>padded(n) << 2;
  for (let panel = begin >> 2; panel < last;) {
    const stop = endOfGroup(s, panel, last), row = panel * MR, rows = min(s.batch, stop * MR) - row;
    const all = <usize>(MR * (stop - panel)) * wide, at = <usize>row * wide;
    memory.fill(s.dh + at, 0, all);
    if (s.cell == LSTM) memory.fill(s.dc + at, 0, all);
    if (s.dState) copyRows(s.dState, size, s.dh, wide, row, rows, size);
    if (s.dCellState) copyRows(s.dCellState, size, s.dc, wide, row, rows, size);
    for (let step = s.time - 1; step >= 0; step--) {
      locate(s, row, step);
      const d = dx, held = dr;
      // The last product of all is for the states before the first step only.
      const more = step > 0 || s.dh0 != 0;
      if (s.cell == LSTM) {
        lstmBack(meta, rows);
        if (more) backProduct(s, d, dxLine, 0, s.width, s.packed, s.dh, panel, stop);
      } else if (s.cell == GRU_AFTER) {
        gruAfterBack(meta, rows);
        if (!more) continue;
        backProduct(s, d, dxLine, 0, 2 * n, s.packed, s.dh, panel, stop);
        backProduct(s, held, wide, 2 * n, n, s.packedToo, s.dh, panel, stop);
      } else if (s.cell == GRU) {
        gruCandidateBack(meta, rows);
        backProduct(s, d + 2 * size, dxLine, 2 * n, n, s.packedToo, s.dr, panel, stop);
        locate(s, row, step);
        gruGateBack(meta, rows);
        if (more) backProduct(s, d, dxLine, 0, 2 * n, s.packed, s.dh, panel, stop);
      } else {
        simpleBack(meta, rows);
        if (more) backProduct(s, d, dxLine, 0, n, s.packed, s.dh, panel, stop);
      }
    }
    if (s.dh0) copyRows(s.dh, wide, s.dh0, size, row, rows, size);
    if (s.dc0) copyRows(s.dc, wide, s.dc0, size, row, rows, size);
    panel = stop;
  }
}

/** Rows from one place to another, `from` and `to` being those of row 0. */
function copyRows(from: usize, fromLine: usize, to: usize, toLine: usize, row: i32, rows: i32, n: usize): void {
  for (let r = row; r < row + rows; r++) memory.copy(to + <usize>r * toLine, from + <usize>r * fromLine, n);
}
