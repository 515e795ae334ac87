// The product of one row and a matrix that is larger than the caches, as the dense layers of AlexNet and
// VGG have it: its speed is that of the memory. So rows of B are read straight through, eight at a time,
// and sums are kept in the first-level cache, where `gemv` keeps them in registers and reads columns.
// Sums run in the same order as there: the results are the same, to the bit.
import { panelLength, scratchAddress } from "./gemm.as";
import { fma } from "./math.as";

/** Columns whose sums are kept at once. */
const COLUMNS: i32 = 2048;

/** Adds eight numbers times eight rows, `line` bytes apart, to sums; `bytes` is a multiple of 16. */
export function streamEight(a: usize, b: usize, sums: usize, line: usize, bytes: usize): void {
  const x0 = v128.load32_splat(a), x1 = v128.load32_splat(a, 4), x2 = v128.load32_splat(a, 8), x3 = v128.load32_splat(a, 12);
  const x4 = v128.load32_splat(a, 16), x5 = v128.load32_splat(a, 20), x6 = v128.load32_splat(a, 24), x7 = v128.load32_splat(a, 28);
  const b1 = b + line, b2 = b1 + line, b3 = b2 + line, b4 = b3 + line, b5 = b4 + line, b6 = b5 + line, b7 = b6 + line;
  for (let j: usize = 0; j < bytes; j += 16) {
    let s = fma(x0, v128.load(b + j), v128.load(sums + j));
    s = fma(x1, v128.load(b1 + j), s);
    s = fma(x2, v128.load(b2 + j), s);
    s = fma(x3, v128.load(b3 + j), s);
    s = fma(x4, v128.load(b4 + j), s);
    s = fma(x5, v128.load(b5 + j), s);
    s = fma(x6, v128.load(b6 + j), s);
    v128.store(sums + j, fma(x7, v128.load(b7 + j), s));
  }
}

/** Adds a number times a row to sums. */
export function streamOne(a: usize, b: usize, sums: usize, bytes: usize): void {
  const x = v128.load32_splat(a);
  for (let j: usize = 0; j < bytes; j += 16) v128.store(sums + j, fma(x, v128.load(b + j), v128.load(sums + j)));
}

/** y = a B, for B of k x n, row-major, n a multiple of 4; the share is a range of columns, in fours. */
export function streamRow(a: usize, b: usize, y: usize, n: i32, k: i32, begin: i32, end: i32): void {
  const line = <usize>n << 2, length = panelLength(k), sums = scratchAddress();
  for (let j0 = begin; j0 < end; j0 += COLUMNS) {
    const bytes = <usize>min(COLUMNS, end - j0) << 2, to = y + (<usize>j0 << 2);
    let from = b + (<usize>j0 << 2), x = a;
    for (let k0 = 0; k0 < k; k0 += length) {
      let rows = min(length, k - k0);
      memory.fill(sums, 0, bytes);
      for (; rows >= 8; rows -= 8, x += 32, from += 8 * line) streamEight(x, from, sums, line, bytes);
      for (; rows > 0; rows--, x += 4, from += line) streamOne(x, from, sums, bytes);
      for (let j: usize = 0; j < bytes; j += 16) {
        const s = v128.load(sums + j);
        v128.store(to + j, k0 > 0 ? f32x4.add(s, v128.load(to + j)) : s);
      }
    }
  }
}
