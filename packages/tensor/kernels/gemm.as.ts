// The product of matrices, C = A B, after Goto and van de Geijn, "Anatomy of high-performance
// matrix multiplication", 2008: blocks of A and B are packed into panels that are read straight
// through, and a small tile of C is kept in registers while k runs along a pair of panels.
//
// The engine gives 15 vector registers of 4 numbers to a function. A tile of 6 x 8 takes 12 of them for
// sums, two for numbers of B and one for numbers of A. The latter are loaded four at a time: every
// load is checked against the bounds of the memory, which keeps the processor busier than the shuffles.
import { fma } from "./math.as";
import { everySecond, putFour, putOrAdd, turn, turn4 } from "./tile.as";

const MR: i32 = 6;
const NR: i32 = 8;
/** The length of panels: a panel of B, KC x NR, stays in the first-level cache. */
const KC: i32 = 384;
/** Rows of A that are packed at once: MC x KC numbers stay in the second-level cache. */
const MC: i32 = 192;
/** Columns of B that are packed at once. */
const NC: i32 = 1024;
/** Panels of B that are written at the same time. */
const PANELS: i32 = 8;

/** Where this thread packs: a tile, a block of A, a block of B. */
let scratch: usize = 0;

/** Bytes that a thread packs into. */
export function scratchBytes(): i32 {
  return 4 * (MR * NR + MC * KC + KC * NC) + 64;
}

/** Gives this thread its place to pack. */
export function setScratch(address: usize): void {
  scratch = address;
}

/** This thread's place to pack, for other kernels. */
export function scratchAddress(): usize {
  return scratch;
}

/**
 * The tile at c = (or, to accumulate, +=) a panel of A times a panel of B, both k long.
 * Exported so that it stays a function of its own, which the engine optimises early.
 *
 * The numbers of A go round the lanes instead of being spread one by one: a vector of four, turned
 * three times, meets all four numbers of one of B, in one register. So sums are along the diagonals of
 * C: lane i of `d0j` (and, for the other four columns, `d1j`) belongs to row (i + j) mod 4, lane i of
 * `e0j` and `e1j` to row 4 + (i + j) mod 2. One step of k a round: given two, the compiler starts the
 * second before it has ended the first, and moves sums to memory and back.
 */
export function tile(a: usize, b: usize, c: usize, ldc: usize, k: i32, accumulate: i32): void {
  let d00 = f32x4.splat(0), d10 = d00, d01 = d00, d11 = d00, d02 = d00, d12 = d00, d03 = d00, d13 = d00;
  let e00 = d00, e10 = d00, e01 = d00, e11 = d00;
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load(a);
    d00 = fma(x, b0, d00);
    d10 = fma(x, b1, d10);
    x = turn(x);
    d01 = fma(x, b0, d01);
    d11 = fma(x, b1, d11);
    x = turn(x);
    d02 = fma(x, b0, d02);
    d12 = fma(x, b1, d12);
    x = turn(x);
    d03 = fma(x, b0, d03);
    d13 = fma(x, b1, d13);
    x = v128.load64_splat(a, 16);
    e00 = fma(x, b0, e00);
    e10 = fma(x, b1, e10);
    x = turn(x);
    e01 = fma(x, b0, e01);
    e11 = fma(x, b1, e11);
    a += 24;
    b += 32;
  }
  putFour(c, ldc, d00, d01, d02, d03, accumulate);
  putFour(c + 16, ldc, d10, d11, d12, d13, accumulate);
  c += 4 * ldc;
  putOrAdd(c, everySecond(e00, e01), accumulate);
  putOrAdd(c + 16, everySecond(e10, e11), accumulate);
  putOrAdd(c + ldc, everySecond(e01, e00), accumulate);
  putOrAdd(c + ldc + 16, everySecond(e11, e10), accumulate);
}

/**
 * Packs `width` lines of `length` numbers as a panel [k][lines], lines beyond `width` filled with
 * zeros. Number k of line i is at from + i * line + k * step bytes.
 */
@inline
function packAny(
  from: usize, to: usize, line: usize, step: usize, width: i32, lines: i32, length: i32,
): void {
  for (let k = 0; k < length; k++, from += step) {
    for (let i = 0; i < lines; i++, to += 4) {
      store<f32>(to, i < width ? load<f32>(from + <usize>i * line) : 0);
    }
  }
}

/** Packs six lines; either the lines or the steps are next to each other in memory. */
export function pack6(from: usize, to: usize, line: usize, step: usize, width: i32, length: i32): void {
  if (width < MR) return packAny(from, to, line, step, width, MR, length);
  let k = 0;
  if (line == 4) {
    for (; k < length; k++) {
      v128.store(to, v128.load(from));
      store<u64>(to, load<u64>(from, 16), 16);
      from += step;
      to += 24;
    }
  } else {
    for (; k + 4 <= length; k += 4) {
      turn4(
        v128.load(from), v128.load(from + line), v128.load(from + 2 * line),
        v128.load(from + 3 * line), to, 24,
      );
      const r4 = v128.load(from + 4 * line), r5 = v128.load(from + 5 * line);
      const low = v128.shuffle<i32>(r4, r5, 0, 4, 1, 5), high = v128.shuffle<i32>(r4, r5, 2, 6, 3, 7);
      v128.store_lane<u64>(to, low, 0, 16);
      v128.store_lane<u64>(to, low, 1, 40);
      v128.store_lane<u64>(to, high, 0, 64);
      v128.store_lane<u64>(to, high, 1, 88);
      from += 16;
      to += 96;
    }
  }
  packAny(from, to, line, step, width, MR, length - k);
}

/** Packs eight lines; either the lines or the steps are next to each other in memory. */
export function pack8(from: usize, to: usize, line: usize, step: usize, width: i32, length: i32): void {
  if (width < NR) return packAny(from, to, line, step, width, NR, length);
  let k = 0;
  if (line == 4) {
    for (; k < length; k++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += step;
      to += 32;
    }
  } else {
    for (; k + 4 <= length; k += 4) {
      turn4(
        v128.load(from), v128.load(from + line), v128.load(from + 2 * line),
        v128.load(from + 3 * line), to, 32,
      );
      const next = from + 4 * line;
      turn4(
        v128.load(next), v128.load(next + line), v128.load(next + 2 * line),
        v128.load(next + 3 * line), to + 16, 32,
      );
      from += 16;
      to += 128;
    }
  }
  packAny(from, to, line, step, width, NR, length - k);
}

/**
 * Packs `count` lines, eight a panel. Where lines are next to each other, as the columns of a matrix
 * are, several panels are written at once, so that what is read lies together.
 */
export function packPanels(from: usize, to: usize, line: usize, step: usize, count: i32, length: i32): void {
  const panel = <usize>(NR * length) << 2, together = line == 4 ? count / NR : 0;
  for (let p = 0; p < together; p += PANELS) {
    const width = <usize>min(PANELS, together - p) * (NR << 2);
    let at = from + <usize>(p * NR) * line, row = to + <usize>p * panel;
    for (let k = 0; k < length; k++, at += step, row += NR << 2) {
      for (let i: usize = 0, y = row; i < width; i += NR << 2, y += panel) {
        v128.store(y, v128.load(at + i));
        v128.store(y, v128.load(at + i, 16), 16);
      }
    }
  }
  for (let j = together * NR; j < count; j += NR) {
    pack8(from + <usize>j * line, to + <usize>(j * length << 2), line, step, min(NR, count - j), length);
  }
}

/** A block of C, from packed A and B: all tiles of `rows` x `columns`. */
export function block(
  a: usize, b: usize, c: usize, ldc: usize, rows: i32, columns: i32, k: i32, accumulate: i32,
): void {
  const edge = scratch;
  for (let j = 0; j < columns; j += NR) {
    const panelB = b + (<usize>(j * k) << 2), width = min(NR, columns - j);
    for (let i = 0; i < rows; i += MR) {
      const panelA = a + (<usize>(i * k) << 2), height = min(MR, rows - i);
      const at = c + <usize>i * ldc + (<usize>j << 2);
      if (width == NR && height == MR) {
        tile(panelA, panelB, at, ldc, k, accumulate);
        continue;
      }
      tile(panelA, panelB, edge, NR << 2, k, 0);
      for (let r = 0; r < height; r++) {
        const row = at + <usize>r * ldc, from = edge + (<usize>(r * NR) << 2);
        for (let s: usize = 0, n = <usize>width << 2; s < n; s += 4) {
          store<f32>(row + s, load<f32>(from + s) + (accumulate ? load<f32>(row + s) : 0));
        }
      }
    }
  }
}

/** The length of panels along k: blocks of equal length. */
@inline
export function panelLength(k: i32): i32 {
  const blocks = (k + KC - 1) / KC;
  return (k + blocks - 1) / blocks;
}

/**
 * C = A B for C of m x n, row-major. A is m x k, or k x m if `transA`; B is k x n, or n x k if
 * `transB`. The share is a range of C's rows if `byRows`, else of its columns.
 */
export function gemm(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32,
  transA: i32, transB: i32, byRows: i32, begin: i32, end: i32,
): void {
  const row0 = byRows ? begin : 0, row1 = byRows ? end : m;
  const column0 = byRows ? 0 : begin, column1 = byRows ? n : end;
  const lineA = <usize>(transA ? 1 : k) << 2, stepA = <usize>(transA ? m : 1) << 2;
  const lineB = <usize>(transB ? k : 1) << 2, stepB = <usize>(transB ? 1 : n) << 2;
  const ldc = <usize>n << 2;
  const packedA = scratch + ((MR * NR) << 2), packedB = packedA + ((MC * KC) << 2);
  const length = panelLength(k);

  for (let j0 = column0; j0 < column1; j0 += NC) {
    const columns = min(NC, column1 - j0);
    for (let k0 = 0; k0 < k; k0 += length) {
      const kc = min(length, k - k0);
      packPanels(b + <usize>j0 * lineB + <usize>k0 * stepB, packedB, lineB, stepB, columns, kc);
      for (let i0 = row0; i0 < row1; i0 += MC) {
        const rows = min(MC, row1 - i0);
        for (let i = 0; i < rows; i += MR) {
          pack6(
            a + <usize>(i0 + i) * lineA + <usize>k0 * stepA, packedA + (<usize>(i * kc) << 2),
            lineA, stepA, min(MR, rows - i), kc,
          );
        }
        block(packedA, packedB, c + <usize>i0 * ldc + (<usize>j0 << 2), ldc, rows, columns, kc, i32(k0 > 0));
      }
    }
  }
}

/** Products number `begin` to `end - 1` of many; `offsets` holds where A and B of each are. */
export function gemmBatch(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32,
  transA: i32, transB: i32, offsets: usize, begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const at = offsets + (<usize>i << 3);
    gemm(
      a + (<usize>load<u32>(at) << 2), b + (<usize>load<u32>(at, 4) << 2),
      c + <usize>i * (<usize>m * <usize>n << 2), m, n, k, transA, transB, 1, 0, m,
    );
  }
}
