// The gradients of the kernels of a recurrent layer: products over all examples and steps.
import { block, pack6, packPanels, scratchAddress } from "./gemm.as";
import { sgemm } from "./recurrent.as";
import { addRow } from "./rows.as";

const MR: i32 = 6;
const NR: i32 = 8;
/** Steps, lines of C and columns that are packed at once: what fits into the working space. */
const KC: i32 = 384;
const MC: i32 = 192;
const NC: i32 = 960;

/**
 * C = V^T D and C2 = X^T D, and the sums of the columns of D, which is packed once for all. V is
 * [steps, m], X is [steps, m2], or, if `symbols`, the numbers of its one-hot rows; rows of D are `ldd`
 * numbers apart, of C and C2 `ldc`; the address of what is not wanted is 0. By the BLAS library if
 * `library`. The share is a range of columns.
 */
export function kernelGradients(
  v: usize, m: i32, x: usize, symbols: i32, m2: i32, d: usize, ldd: i32, steps: i32,
  c: usize, c2: usize, sums: usize, ldc: i32, library: i32, begin: i32, end: i32,
): void {
  const lineD = <usize>ldd << 2, lineC = <usize>ldc << 2, n = end - begin, to = <usize>begin << 2;
  const rows = symbols ? c2 : 0;
  for (let r = 0; rows && r < m2; r++) memory.fill(rows + to + <usize>r * lineC, 0, <usize>n << 2);
  if (sums) memory.fill(sums + to, 0, <usize>n << 2);
  if (library) {
    const from = d + to;
    if (c) sgemm(1, 0, m, n, steps, v, m, from, ldd, 0, c + to, ldc);
    if (c2 && !symbols) sgemm(1, 0, m2, n, steps, x, m2, from, ldd, 0, c2 + to, ldc);
  }
  const blocks = (steps + KC - 1) / KC, length = (steps + blocks - 1) / blocks;
  const packed = scratchAddress() + ((MR * NR) << 2) + ((MC * KC) << 2);
  for (let j0 = begin; j0 < end; j0 += NC) {
    const columns = min(NC, end - j0), to = <usize>j0 << 2;
    for (let k0 = 0; k0 < steps; k0 += length) {
      const kc = min(length, steps - k0), from = d + <usize>k0 * lineD + to;
      if (rows) addToSymbols(from, lineD, x + (<usize>k0 << 2), kc, rows + to, lineC, columns);
      else if (sums) addRows(from, lineD, kc, sums + to, columns);
      if (library) continue;
      packPanels(from, packed, 4, lineD, columns, kc);
      if (c) addProduct(v, m, k0, kc, packed, c + to, lineC, columns);
      if (c2 && !symbols) addProduct(x, m2, k0, kc, packed, c2 + to, lineC, columns);
    }
  }
  // Every row of D belongs to one symbol.
  if (rows && sums) addRows(rows + to, lineC, m2, sums + to, n);
}

/** The rows of `c` that belong to the symbols of `count` rows of D += these. */
function addToSymbols(
  d: usize, lineD: usize, symbols: usize, count: i32, c: usize, lineC: usize, columns: i32,
): void {
  for (const end = symbols + (<usize>count << 2); symbols < end; symbols += 4, d += lineD) {
    addRow(d, c + load<u32>(symbols) * lineC, columns);
  }
}

/** c += V^T D (from step 0: =) for `kc` steps from k0 on, with D packed. */
function addProduct(
  v: usize, m: i32, k0: i32, kc: i32, packed: usize, c: usize, lineC: usize, columns: i32,
): void {
  const at = scratchAddress() + ((MR * NR) << 2), line = <usize>m << 2;
  for (let i0 = 0; i0 < m; i0 += MC) {
    const count = min(MC, m - i0), from = v + <usize>k0 * line + (<usize>i0 << 2);
    for (let i = 0; i < count; i += MR) {
      pack6(from + (<usize>i << 2), at + (<usize>(i * kc) << 2), 4, line, min(MR, count - i), kc);
    }
    block(at, packed, c + <usize>i0 * lineC, lineC, count, columns, kc, i32(k0 > 0));
  }
}

/**
 * y += the sum of `count` rows of `n` numbers, which are added up on their own first. Rows are read
 * straight through, which also brings them near for what comes next.
 */
function addRows(x: usize, line: usize, count: i32, y: usize, n: i32): void {
  const sum = scratchAddress(), bytes = <usize>n << 2;
  memory.fill(sum, 0, bytes);
  let k = 0;
  for (; k + 4 <= count; k += 4, x += 4 * line) fourRows(x, line, sum, bytes);
  for (; k < count; k++, x += line) addRow(x, sum, n);
  addRow(sum, y, n);
}

/** y += four rows. */
function fourRows(x: usize, line: usize, y: usize, bytes: usize): void {
  const whole = bytes & ~15, x1 = x + line, x2 = x1 + line, x3 = x2 + line;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const a = f32x4.add(v128.load(x + i), v128.load(x1 + i)), b = f32x4.add(v128.load(x2 + i), v128.load(x3 + i));
    v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.add(a, b)));
  }
  for (; i < bytes; i += 4) {
    const a = load<f32>(x + i) + load<f32>(x1 + i), b = load<f32>(x2 + i) + load<f32>(x3 + i);
    store<f32>(y + i, load<f32>(y + i) + (a + b));
  }
}

/**
 * The gradients of the candidates' products, where the reset gate comes after: those of the
 * candidates, the last third of each row of `dx`, times the reset gates.
 */
export function candidateGradient(dx: usize, gates: usize, y: usize, units: i32, begin: i32, end: i32): void {
  const n = <usize>units << 2, whole = n & ~15;
  for (let row = begin; row < end; row++) {
    const from = dx + (3 * <usize>row + 2) * n, reset = gates + (3 * <usize>row + 1) * n, to = y + <usize>row * n;
    let i: usize = 0;
    for (; i < whole; i += 16) v128.store(to + i, f32x4.mul(v128.load(from + i), v128.load(reset + i)));
    for (; i < n; i += 4) store<f32>(to + i, load<f32>(from + i) * load<f32>(reset + i));
  }
}
