// Reading and writing at places that a tensor of indices names. Tensors are seen as [outer, size,
// inner] with the indexed axis in the middle; indices were checked to lie within it.
import { addRow, moveRow } from "./rows.as";

/** y[o, j, :] = x[o, index[j], :] for the rows [o, j] from begin to end; y has m rows for each o. */
export function gather(
  x: usize, index: usize, y: usize, size: i32, m: i32, inner: i32, begin: i32, end: i32,
): void {
  const bytes = <usize>inner << 2;
  let o = begin / m, j = begin % m;
  for (let row = begin; row < end; row++) {
    const from = o * size + load<i32>(index + (<usize>j << 2));
    if (inner == 1) store<i32>(y + (<usize>row << 2), load<i32>(x + (<usize>from << 2)));
    else moveRow(x + <usize>from * bytes, y + <usize>row * bytes, inner);
    if (++j == m) {
      j = 0;
      o++;
    }
  }
}

/**
 * y[o, r, :] = the sum of u[o, j, :] over all j with index[j] = r, for the rows [o, r] from begin to
 * end. Every thread goes through the whole index in order and keeps to its own rows, so sums do not
 * depend on the number of threads.
 */
export function scatterAdd(
  u: usize, index: usize, y: usize, size: i32, m: i32, inner: i32, begin: i32, end: i32,
): void {
  const bytes = <usize>inner << 2;
  memory.fill(y + <usize>begin * bytes, 0, <usize>(end - begin) * bytes);
  for (let o = begin / size; o * size < end; o++) {
    const low = max(begin - o * size, 0), high = min(end - o * size, size);
    for (let j = 0; j < m; j++) {
      const r = load<i32>(index + (<usize>j << 2));
      if (r < low || r >= high) continue;
      addRow(u + <usize>(o * m + j) * bytes, y + <usize>(o * size + r) * bytes, inner);
    }
  }
}

/** y[o, j, i] = x[o, index[o, j, i], i] for the rows [o, j] from begin to end. */
export function takeAlongAxis(
  x: usize, index: usize, y: usize, size: i32, m: i32, inner: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const base = row / m * size, at = <usize>(row * inner) << 2;
    for (let i = 0; i < inner; i++) {
      const k = at + (<usize>i << 2);
      store<i32>(y + k, load<i32>(x + (<usize>((base + load<i32>(index + k)) * inner + i) << 2)));
    }
  }
}

/** y[o, r, i] = the sum of u[o, j, i] over all j with index[o, j, i] = r, for o from begin to end. */
export function addAlongAxis(
  u: usize, index: usize, y: usize, size: i32, m: i32, inner: i32, begin: i32, end: i32,
): void {
  const block = <usize>(size * inner) << 2;
  memory.fill(y + <usize>begin * block, 0, <usize>(end - begin) * block);
  for (let row = begin * m; row < end * m; row++) {
    const base = row / m * size, at = <usize>(row * inner) << 2;
    for (let i = 0; i < inner; i++) {
      const k = at + (<usize>i << 2);
      const to = y + (<usize>((base + load<i32>(index + k)) * inner + i) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(u + k));
    }
  }
}

/** y[j, :] = off, except y[j, index[j]] = on, for the rows from begin to end. */
export function oneHot(
  index: usize, y: usize, depth: i32, on: f32, off: f32, begin: i32, end: i32,
): void {
  const zero = f32x4.splat(off);
  let i = <usize>(begin * depth) << 2;
  const stop = <usize>(end * depth) << 2;
  for (; i + 16 <= stop; i += 16) v128.store(y + i, zero);
  for (; i < stop; i += 4) store<f32>(y + i, off);
  for (let j = begin; j < end; j++) {
    store<f32>(y + (<usize>(j * depth + load<i32>(index + (<usize>j << 2))) << 2), on);
  }
}

/**
 * Whether x[i] comes before x[j]: larger first where the sign is 1, smaller first where it is -1; NaN
 * counts as the largest; of equals the lower index comes first.
 */
@inline
function before(x: usize, i: i32, j: i32, sign: f32): bool {
  const a = sign * load<f32>(x + (<usize>i << 2)), b = sign * load<f32>(x + (<usize>j << 2));
  if (a > b) return true;
  if (b > a) return false;
  const nanA = a != a, nanB = b != b;
  return nanA == nanB ? i < j : nanA == (sign > 0);
}

/** Moves heap[at] down until no child comes after it: the root of the heap is the last in order. */
function sink(x: usize, heap: usize, at: i32, count: i32, sign: f32): void {
  const moved = load<i32>(heap + (<usize>at << 2));
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    let value = load<i32>(heap + (<usize>child << 2));
    if (child + 1 < count) {
      const other = load<i32>(heap + (<usize>(child + 1) << 2));
      if (before(x, value, other, sign)) {
        child++;
        value = other;
      }
    }
    if (!before(x, moved, value, sign)) break;
    store<i32>(heap + (<usize>at << 2), value);
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), moved);
}

/** y[r, :] = the indices of the k first of x[r, 0..n), in order, for the rows r from begin to end. */
export function topKIndices(x: usize, y: usize, n: i32, k: i32, sign: f32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const p = x + (<usize>(row * n) << 2), heap = y + (<usize>(row * k) << 2);
    for (let i = 0; i < k; i++) store<i32>(heap + (<usize>i << 2), i);
    for (let i = k / 2 - 1; i >= 0; i--) sink(p, heap, i, k, sign);
    for (let i = k; i < n; i++) {
      if (!before(p, i, load<i32>(heap), sign)) continue;
      store<i32>(heap, i);
      sink(p, heap, 0, k, sign);
    }
    // The root is the last of those that remain: it goes to the end.
    for (let count = k - 1; count > 0; count--) {
      const last = heap + (<usize>count << 2), root = load<i32>(heap);
      store<i32>(heap, load<i32>(last));
      store<i32>(last, root);
      sink(p, heap, 0, count, sign);
    }
  }
}
