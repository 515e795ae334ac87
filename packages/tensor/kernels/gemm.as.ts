// The product of matrices, C = A B, after Goto and van de Geijn, "Anatomy of high-performance
// matrix multiplication", 2008: blocks of A and B are packed into panels that are read straight
// through, and a small tile of C is kept in registers while k runs along a pair of panels.
//
// WebAssembly has 16 vector registers of 4 numbers. A tile of 6 x 8 takes 12 of them. The numbers
// of A are loaded four at a time and spread by a shuffle: loading each one spread would keep the
// load ports busier than the multipliers.
import { fma } from "./math.as";
import { spread, turn4 } from "./tile.as";

const MR: i32 = 6;
const NR: i32 = 8;
/** The length of panels: a panel of B, KC x NR, stays in the first-level cache. */
const KC: i32 = 384;
/** Rows of A that are packed at once: MC x KC numbers stay in the second-level cache. */
const MC: i32 = 192;
/** Columns of B that are packed at once. */
const NC: i32 = 1024;

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
 * The tile at c = (or, to accumulate, +=) a panel of A times a panel of B, both k long, k even.
 * Exported so that it stays a function of its own, which the engine optimises early.
 */
export function tile(a: usize, b: usize, c: usize, ldc: usize, k: i32, accumulate: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  for (; k > 0; k -= 2) {
    let b0 = v128.load(b), b1 = v128.load(b, 16);
    let v = v128.load(a), x = spread(v, 0);
    c00 = fma(x, b0, c00);
    c01 = fma(x, b1, c01);
    x = spread(v, 1);
    c10 = fma(x, b0, c10);
    c11 = fma(x, b1, c11);
    x = spread(v, 2);
    c20 = fma(x, b0, c20);
    c21 = fma(x, b1, c21);
    x = spread(v, 3);
    c30 = fma(x, b0, c30);
    c31 = fma(x, b1, c31);
    v = v128.load(a, 16);
    x = spread(v, 0);
    c40 = fma(x, b0, c40);
    c41 = fma(x, b1, c41);
    x = spread(v, 1);
    c50 = fma(x, b0, c50);
    c51 = fma(x, b1, c51);

    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    v = v128.load(a, 24);
    x = spread(v, 0);
    c00 = fma(x, b0, c00);
    c01 = fma(x, b1, c01);
    x = spread(v, 1);
    c10 = fma(x, b0, c10);
    c11 = fma(x, b1, c11);
    x = spread(v, 2);
    c20 = fma(x, b0, c20);
    c21 = fma(x, b1, c21);
    x = spread(v, 3);
    c30 = fma(x, b0, c30);
    c31 = fma(x, b1, c31);
    v = v128.load(a, 40);
    x = spread(v, 0);
    c40 = fma(x, b0, c40);
    c41 = fma(x, b1, c41);
    x = spread(v, 1);
    c50 = fma(x, b0, c50);
    c51 = fma(x, b1, c51);
    a += 48;
    b += 64;
  }
  put(c, c00, c01, accumulate);
  put(c + ldc, c10, c11, accumulate);
  put(c + 2 * ldc, c20, c21, accumulate);
  put(c + 3 * ldc, c30, c31, accumulate);
  put(c + 4 * ldc, c40, c41, accumulate);
  put(c + 5 * ldc, c50, c51, accumulate);
}

/** Stores, or adds to, eight numbers. */
@inline
function put(c: usize, x: v128, y: v128, accumulate: i32): void {
  if (accumulate) {
    x = f32x4.add(x, v128.load(c));
    y = f32x4.add(y, v128.load(c, 16));
  }
  v128.store(c, x);
  v128.store(c, y, 16);
}

/**
 * Packs `width` lines of `length` numbers as a panel [k][lines], lines beyond `width` and steps up
 * to `padded` filled with zeros. Number k of line i is at from + i * line + k * step bytes.
 */
@inline
function packAny(
  from: usize, to: usize, line: usize, step: usize, width: i32, lines: i32, length: i32, padded: i32,
): void {
  for (let k = 0; k < padded; k++) {
    for (let i = 0; i < lines; i++) {
      const inside = i < width && k < length;
      store<f32>(to, inside ? load<f32>(from + <usize>i * line + <usize>k * step) : 0);
      to += 4;
    }
  }
}

/** Packs six lines; either the lines or the steps are next to each other in memory. */
export function pack6(
  from: usize, to: usize, line: usize, step: usize, width: i32, length: i32, padded: i32,
): void {
  if (width < MR) return packAny(from, to, line, step, width, MR, length, padded);
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
  packAny(from, to, line, step, width, MR, length - k, padded - k);
}

/** Packs eight lines; either the lines or the steps are next to each other in memory. */
export function pack8(
  from: usize, to: usize, line: usize, step: usize, width: i32, length: i32, padded: i32,
): void {
  if (width < NR) return packAny(from, to, line, step, width, NR, length, padded);
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
  packAny(from, to, line, step, width, NR, length - k, padded - k);
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

/** The length of panels along k: blocks of equal, even length. */
@inline
export function panelLength(k: i32): i32 {
  const blocks = (k + KC - 1) / KC;
  return ((k + blocks - 1) / blocks + 1) & -2;
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
      const kc = min(length, k - k0), padded = (kc + 1) & -2;
      for (let j = 0; j < columns; j += NR) {
        pack8(
          b + <usize>(j0 + j) * lineB + <usize>k0 * stepB, packedB + (<usize>(j * padded) << 2),
          lineB, stepB, min(NR, columns - j), kc, padded,
        );
      }
      for (let i0 = row0; i0 < row1; i0 += MC) {
        const rows = min(MC, row1 - i0);
        for (let i = 0; i < rows; i += MR) {
          pack6(
            a + <usize>(i0 + i) * lineA + <usize>k0 * stepA, packedA + (<usize>(i * padded) << 2),
            lineA, stepA, min(MR, rows - i), kc, padded,
          );
        }
        block(
          packedA, packedB, c + <usize>i0 * ldc + (<usize>j0 << 2), ldc, rows, columns, padded,
          i32(k0 > 0),
        );
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
