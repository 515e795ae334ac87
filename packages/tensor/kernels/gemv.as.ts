// The product of one row and a matrix, y = a B: what a network computes for a single example, and a
// recurrent one at every step. Every number of B is used once, so that packing it as `gemm` does would
// cost more than the product. Sums run in the same order as there: the results are the same, to the bit.
import { fma } from "./math.as";
import { panelLength } from "./gemm.as";

/** 32 columns of a B, or, to accumulate, added to y. A function of its own, optimised early. */
export function gemvWide(a: usize, b: usize, y: usize, line: usize, k: i32, accumulate: i32): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (let end = a + (<usize>k << 2); a < end; a += 4) {
    const x = v128.load32_splat(a);
    s0 = fma(x, v128.load(b), s0);
    s1 = fma(x, v128.load(b, 16), s1);
    s2 = fma(x, v128.load(b, 32), s2);
    s3 = fma(x, v128.load(b, 48), s3);
    s4 = fma(x, v128.load(b, 64), s4);
    s5 = fma(x, v128.load(b, 80), s5);
    s6 = fma(x, v128.load(b, 96), s6);
    s7 = fma(x, v128.load(b, 112), s7);
    b += line;
  }
  if (accumulate) {
    s0 = f32x4.add(s0, v128.load(y));
    s1 = f32x4.add(s1, v128.load(y, 16));
    s2 = f32x4.add(s2, v128.load(y, 32));
    s3 = f32x4.add(s3, v128.load(y, 48));
    s4 = f32x4.add(s4, v128.load(y, 64));
    s5 = f32x4.add(s5, v128.load(y, 80));
    s6 = f32x4.add(s6, v128.load(y, 96));
    s7 = f32x4.add(s7, v128.load(y, 112));
  }
  v128.store(y, s0);
  v128.store(y, s1, 16);
  v128.store(y, s2, 32);
  v128.store(y, s3, 48);
  v128.store(y, s4, 64);
  v128.store(y, s5, 80);
  v128.store(y, s6, 96);
  v128.store(y, s7, 112);
}

/** y = a B, for B of k x n, row-major; the share is a range of columns. */
export function gemv(a: usize, b: usize, y: usize, n: i32, k: i32, begin: i32, end: i32): void {
  rowTimesMatrix(a, b, y, <usize>n << 2, k, begin, end);
}

/** The same for B whose rows, of k, are `line` bytes apart. */
export function rowTimesMatrix(a: usize, b: usize, y: usize, line: usize, k: i32, begin: i32, end: i32): void {
  if (k == 0) return memory.fill(y + (<usize>begin << 2), 0, <usize>(end - begin) << 2);
  const length = panelLength(k);
  for (let k0 = 0; k0 < k; k0 += length) {
    const rows = min(length, k - k0), from = a + (<usize>k0 << 2), last = from + (<usize>rows << 2);
    const block = b + <usize>k0 * line, more = i32(k0 > 0);
    let j = begin;
    for (; j + 32 <= end; j += 32) {
      gemvWide(from, block + (<usize>j << 2), y + (<usize>j << 2), line, rows, more);
    }
    for (; j + 4 <= end; j += 4) {
      let sum = f32x4.splat(0), at = block + (<usize>j << 2);
      const to = y + (<usize>j << 2);
      for (let p = from; p < last; p += 4, at += line) sum = fma(v128.load32_splat(p), v128.load(at), sum);
      v128.store(to, more ? f32x4.add(sum, v128.load(to)) : sum);
    }
    for (; j < end; j++) {
      let sum = f32x4.splat(0), at = block + (<usize>j << 2);
      const to = y + (<usize>j << 2);
      for (let p = from; p < last; p += 4, at += line) {
        sum = fma(v128.load32_splat(p), v128.load32_zero(at), sum);
      }
      store<f32>(to, f32x4.extract_lane(sum, 0) + (more ? load<f32>(to) : 0));
    }
  }
}
