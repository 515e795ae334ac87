// What the forward and backward passes through a sequence have in common: the sequence as the runner
// describes it, and products of states with the recurrent kernel.
//
// An example goes through all of its steps on one thread, so threads never wait for each other
// between steps. Examples are taken six at a time, the rows of a tile of the matrix product: a panel.
// The recurrent kernel has been packed for these tiles before. Few examples are multiplied row by
// row instead.
import { pack6, pack8, tile } from "./gemm.as";
import { fma } from "./math.as";

/** Examples in a panel, units in a tile. */
export const MR: i32 = 6;
export const NR: i32 = 8;
/** Panels that go through a step together, so that the packed kernel is read once for all of them. */
const GROUP: i32 = 4;

/** The cells. */
export const TANH: i32 = 0;
export const RELU: i32 = 1;
export const LSTM: i32 = 2;
export const GRU: i32 = 3;
export const GRU_AFTER: i32 = 4;

/** The ways to multiply: by tiles, row by row, by the platform's BLAS library. */
export const TILES: i32 = 0;
export const ROWS: i32 = 1;

/** C = A B + beta C, of A and B or their transposes, by the BLAS library, where the runner says that there is one. */
// @ts-ignore: a function of the host
@external("env", "sgemm")
export declare function sgemm(
  transA: i32, transB: i32, m: i32, n: i32, k: i32, a: usize, lda: i32, b: usize, ldb: i32, beta: f32, c: usize, ldc: i32,
): void;

/** A sequence; addresses are 0 for what there is not. Written by the runner, in this order. */
@unmanaged
export class Sequence {
  cell: i32;
  batch: i32;
  time: i32;
  units: i32;
  /** Numbers in the gates of an example at a step. */
  width: i32;
  /** Whether steps go from the end to the begin. */
  reverse: i32;
  /** How products are computed. */
  way: i32;
  /** The recurrent kernel, and packed for both products of a step. */
  kernel: usize;
  packed: usize;
  packedToo: usize;
  bias: usize;
  recurrentBias: usize;
  mask: usize;
  /** [batch, units]: the state before the first step; the states after the last one. */
  h0: usize;
  c0: usize;
  state: usize;
  cellState: usize;
  /** [batch, time, units]: the states after all steps. */
  sequence: usize;
  /** [batch, time, ...], or only [batch, ...] if `saved` is 0: what the backward pass needs. */
  saved: i32;
  before: usize;
  gates: usize;
  cells: usize;
  extra: usize;
  /** [batch, time, features]: the input, or what it adds to the gates, or a row of that for each symbol. */
  x: usize;
  /** [batch, time]: the numbers of symbols, if x is a row for each. */
  symbols: usize;
  /** The input kernel, itself and packed, and the numbers in a row of x; without it x is a product. */
  inputKernel: usize;
  packedInput: usize;
  features: i32;
  /** The gradient of the states after all steps, of the last states. */
  dSequence: usize;
  dState: usize;
  dCellState: usize;
  /** The gradient of the gates: [batch, time, width], or [batch, width] if it is not wanted. */
  dx: usize;
  dxSaved: i32;
  /** The gradients of the states before the first step. */
  dh0: usize;
  dc0: usize;
  /** Packed rows of all panels: of states, or gradients of gates; of inputs. */
  panels: usize;
  inputPanels: usize;
  /** Rows of numbers: products of states; of inputs; gradients of states; of cell states; of what the reset gate lets through. */
  work: usize;
  inputWork: usize;
  dh: usize;
  dc: usize;
  dr: usize;
}

/** The sequence that the runner has written. */
@inline
export function sequenceAt(meta: usize): Sequence { return changetype<Sequence>(meta); }

/** The first panel after those that go through a step together; the library does best with many. */
@inline
export function endOfGroup(s: Sequence, panel: i32, end: i32): i32 {
  return s.way == TILES ? min(end, panel + GROUP) : end;
}

/** The time of a step. */
@inline
export function timeOf(s: Sequence, step: i32): i32 { return s.reverse ? s.time - 1 - step : step; }

/** Numbers in a row of gradients of states: whole tiles. */
@inline
export function padded(units: i32): i32 { return (units + NR - 1) & -NR; }

@inline
function bytes(n: i32): usize { return <usize>n << 2; }

/**
 * Packs the columns of some gates of a kernel of so many rows, eight units of one gate a panel: of
 * eight units all gates, then of the next eight.
 */
export function packGates(
  u: usize, to: usize, rows: i32, units: i32, width: i32, first: i32, gates: i32, begin: i32, end: i32,
): void {
  for (let q = begin; q < end; q++) {
    const j = q / gates * NR, gate = first + q % gates;
    const from = u + bytes(gate * units + j);
    pack8(from, to + bytes(q * NR * rows), 4, bytes(width), min(NR, units - j), rows);
  }
}

/** Packs the rows of the recurrent kernel, eight a panel, in the columns from `first` on. */
export function packUnits(
  u: usize, to: usize, units: i32, width: i32, first: i32, count: i32, begin: i32, end: i32,
): void {
  for (let q = begin; q < end; q++) {
    const j = q * NR, from = u + bytes(j * width + first);
    pack8(from, to + bytes(q * NR * count), bytes(width), 4, min(NR, units - j), count);
  }
}

/** Packs the rows of panels: `length` numbers each, `line` bytes apart, the first one at `from`. */
export function packRows(
  s: Sequence, from: usize, line: usize, length: i32, to: usize, panel: i32, end: i32,
): void {
  const size = bytes(MR * length), first = panel * MR;
  for (let p = panel; p < end; p++) {
    const row = p * MR;
    pack6(from + <usize>(row - first) * line, to + <usize>p * size, line, 4, min(MR, s.batch - row), length);
  }
}

/** y += d U^T for `rows` rows of U that are `line` bytes apart and have `count` numbers. */
export function addTimesTransposed(d: usize, u: usize, y: usize, rows: i32, line: usize, count: i32): void {
  const n = bytes(count), whole = n & ~15;
  let k = 0;
  for (; k + 4 <= rows; k += 4, u += 4 * line, y += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, i: usize = 0;
    for (; i < whole; i += 16) {
      const x = v128.load(d + i), at = u + i;
      s0 = fma(x, v128.load(at), s0);
      s1 = fma(x, v128.load(at + line), s1);
      s2 = fma(x, v128.load(at + 2 * line), s2);
      s3 = fma(x, v128.load(at + 3 * line), s3);
    }
    for (; i < n; i += 4) {
      const x = v128.load32_zero(d + i), at = u + i;
      s0 = fma(x, v128.load32_zero(at), s0);
      s1 = fma(x, v128.load32_zero(at + line), s1);
      s2 = fma(x, v128.load32_zero(at + 2 * line), s2);
      s3 = fma(x, v128.load32_zero(at + 3 * line), s3);
    }
    v128.store(y, f32x4.add(v128.load(y), across(s0, s1, s2, s3)));
  }
  for (; k < rows; k++, u += line, y += 4) {
    let sum = f32x4.splat(0), i: usize = 0;
    for (; i < whole; i += 16) sum = fma(v128.load(d + i), v128.load(u + i), sum);
    for (; i < n; i += 4) sum = fma(v128.load32_zero(d + i), v128.load32_zero(u + i), sum);
    sum = across(sum, sum, sum, sum);
    store<f32>(y, load<f32>(y) + f32x4.extract_lane(sum, 0));
  }
}

/** The sums of the numbers in each of four vectors. */
@inline
function across(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/**
 * dh += d U^T for the examples of some panels; `d` has `count` numbers at `from` + row * `line`, which
 * go with the columns of U from `first` on.
 */
export function backProduct(
  s: Sequence, from: usize, line: usize, first: i32, count: i32, packed: usize, to: usize, panel: i32, end: i32,
): void {
  const row = panel * MR, rows = min(s.batch, end * MR) - row, n = s.units, ldc = bytes(padded(n));
  const u = s.kernel + bytes(first);
  if (s.way > ROWS) {
    sgemm(0, 1, rows, n, count, from, line >> 2, u, s.width, 1, to + <usize>row * ldc, padded(n));
    return;
  }
  if (s.way == ROWS) {
    for (let r = 0; r < rows; r++) {
      addTimesTransposed(from + <usize>r * line, u, to + <usize>(row + r) * ldc, n, bytes(s.width), count);
    }
    return;
  }
  const size = bytes(MR * count);
  // Both products of a step begin at the same place, however long their rows: other threads have theirs.
  const own = s.panels + <usize>panel * bytes(MR * (s.cell >= GRU ? 2 * n : s.width));
  const panels = own - <usize>panel * size;
  packRows(s, from, line, count, panels, panel, end);
  for (let j = 0; j < n; j += NR) {
    for (let p = panel; p < end; p++) {
      const at = to + <usize>(p * MR) * ldc + bytes(j);
      tile(panels + <usize>p * size, packed + bytes(j * count), at, ldc, count, 1);
    }
  }
}
