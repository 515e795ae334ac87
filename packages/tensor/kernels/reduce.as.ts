// Reductions of an axis: x is [outer, n, inner], y is [outer, inner]. Where inner is 1 the axis is
// a row, read straight through; else four columns or sixteen are folded at once.
//
// A long axis is cut into blocks of a fixed length. Each block has a result of its own, so y is
// [outer, blocks, inner], and the runner folds that again: what is added to what never depends on
// the number of threads. Eight vectors are added in f32, as a tree, and the trees in f64: a sum of
// positive numbers is off by at most 4 roundings for each level of blocks.
//
// A fold is a class: `map` is done to every number (c is the center of a deviation), `two` folds
// two vectors, `low` and `high` take a vector into the two accumulators, `lanes` and `across` give
// the result of each lane or of all, `missing` stands for a number that is not there, and `before`
// tells which of two is nearer to the extreme.

import { Four, One } from "./lanes.as";

/** What folds the numbers as they are. */
class Plain {
  @inline center<L>(_c: usize): v128 { return f32x4.splat(0); }
  @inline map(x: v128, _c: v128): v128 { return x; }
}

class Sum extends Plain {
  @inline missing(_c: v128): v128 { return f32x4.splat(0); }
  @inline start(): v128 { return f64x2.splat(0); }
  @inline two(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  @inline low(sum: v128, x: v128): v128 { return f64x2.add(sum, f64x2.promote_low_f32x4(x)); }
  @inline high(sum: v128, x: v128): v128 {
    return f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)));
  }
  @inline lanes(low: v128, high: v128): v128 {
    const l = f32x4.demote_f64x2_zero(low), h = f32x4.demote_f64x2_zero(high);
    return v128.shuffle<f32>(l, h, 0, 1, 4, 5);
  }
  @inline across(low: v128, high: v128): f32 {
    const both = f64x2.add(low, high);
    return <f32>(f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
  }
  @inline row(x: usize, n: i32, _c: usize): f32 { return sumRow(x, n); }
  @inline tile(x: usize, y: usize, n: i32, columns: i32, stride: usize, _c: usize): void {
    sumTile(x, y, n, columns, stride);
  }
}

/** The sum of the squares of x - c. */
class Deviation {
  @inline center<L>(c: usize): v128 { return changetype<L>(0).load(c); }
  @inline map(x: v128, c: v128): v128 {
    const d = f32x4.sub(x, c);
    return f32x4.mul(d, d);
  }
  @inline missing(c: v128): v128 { return c; }
  @inline start(): v128 { return f64x2.splat(0); }
  @inline two(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  @inline low(sum: v128, x: v128): v128 { return changetype<Sum>(0).low(sum, x); }
  @inline high(sum: v128, x: v128): v128 { return changetype<Sum>(0).high(sum, x); }
  @inline lanes(low: v128, high: v128): v128 { return changetype<Sum>(0).lanes(low, high); }
  @inline across(low: v128, high: v128): f32 { return changetype<Sum>(0).across(low, high); }
  @inline row(x: usize, n: i32, c: usize): f32 { return deviationRow(x, n, load<f32>(c)); }
  @inline tile(x: usize, y: usize, n: i32, columns: i32, stride: usize, c: usize): void {
    deviationTile(x, y, n, columns, stride, c);
  }
}

/** The largest; NaN, if there is one. */
class Max extends Plain {
  @inline missing(_c: v128): v128 { return f32x4.splat(-Infinity); }
  @inline start(): v128 { return f32x4.splat(-Infinity); }
  @inline two(a: v128, b: v128): v128 { return f32x4.max(a, b); }
  @inline low(most: v128, x: v128): v128 { return f32x4.max(most, x); }
  @inline high(most: v128, _x: v128): v128 { return most; }
  @inline lanes(low: v128, _high: v128): v128 { return low; }
  @inline across(low: v128, _high: v128): f32 {
    const half = f32x4.max(low, v128.shuffle<f32>(low, low, 2, 3, 0, 1));
    return max(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
  }
  @inline row(x: usize, n: i32, _c: usize): f32 { return maxRow(x, n); }
  @inline tile(x: usize, y: usize, n: i32, columns: i32, stride: usize, _c: usize): void {
    maxTile(x, y, n, columns, stride);
  }
  @inline before(a: v128, b: v128): v128 { return f32x4.gt(a, b); }
}

/** The smallest; NaN, if there is one. */
class Min extends Plain {
  @inline missing(_c: v128): v128 { return f32x4.splat(Infinity); }
  @inline start(): v128 { return f32x4.splat(Infinity); }
  @inline two(a: v128, b: v128): v128 { return f32x4.min(a, b); }
  @inline low(least: v128, x: v128): v128 { return f32x4.min(least, x); }
  @inline high(least: v128, _x: v128): v128 { return least; }
  @inline lanes(low: v128, _high: v128): v128 { return low; }
  @inline across(low: v128, _high: v128): f32 {
    const half = f32x4.min(low, v128.shuffle<f32>(low, low, 2, 3, 0, 1));
    return min(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
  }
  @inline row(x: usize, n: i32, _c: usize): f32 { return minRow(x, n); }
  @inline tile(x: usize, y: usize, n: i32, columns: i32, stride: usize, _c: usize): void {
    minTile(x, y, n, columns, stride);
  }
  @inline before(a: v128, b: v128): v128 { return f32x4.lt(a, b); }
}

/** Up to three numbers in the first lanes, the others taken from `missing`. */
@inline
export function loadTail(x: usize, count: i32, missing: v128): v128 {
  let v = missing;
  if (count > 0) v = v128.load_lane<f32>(x, v, 0);
  if (count > 1) v = v128.load_lane<f32>(x + 4, v, 1);
  if (count > 2) v = v128.load_lane<f32>(x + 8, v, 2);
  return v;
}

/** Eight vectors, `step` bytes apart, folded as a tree. */
@inline
function tree<F, L>(x: usize, step: usize, c: v128): v128 {
  const f = changetype<F>(0), l = changetype<L>(0);
  const x4 = x + 4 * step;
  const a = f.two(f.map(l.load(x), c), f.map(l.load(x + step), c));
  const b = f.two(f.map(l.load(x + 2 * step), c), f.map(l.load(x + 3 * step), c));
  const ab = f.two(a, b);
  const p = f.two(f.map(l.load(x4), c), f.map(l.load(x4 + step), c));
  const q = f.two(f.map(l.load(x4 + 2 * step), c), f.map(l.load(x4 + 3 * step), c));
  return f.two(ab, f.two(p, q));
}

/** n numbers in a row. */
@inline
function foldRow<F>(x: usize, n: i32, c: v128): f32 {
  const f = changetype<F>(0);
  let low = f.start(), high = low;
  for (; n >= 32; n -= 32, x += 128) {
    const t = tree<F, Four>(x, 16, c);
    low = f.low(low, t);
    high = f.high(high, t);
  }
  for (; n >= 4; n -= 4, x += 16) {
    const t = f.map(v128.load(x), c);
    low = f.low(low, t);
    high = f.high(high, t);
  }
  if (n > 0) {
    const t = f.map(loadTail(x, n, f.missing(c)), c);
    low = f.low(low, t);
    high = f.high(high, t);
  }
  return f.across(low, high);
}

/** Four columns, or one, of n numbers that are `stride` bytes apart. */
@inline
function foldColumns<F, L>(x: usize, y: usize, n: i32, stride: usize, c: usize): void {
  const f = changetype<F>(0), l = changetype<L>(0), C = f.center<L>(c);
  let low = f.start(), high = low;
  for (; n >= 8; n -= 8, x += 8 * stride) {
    const t = tree<F, L>(x, stride, C);
    low = f.low(low, t);
    high = f.high(high, t);
  }
  for (; n > 0; n--, x += stride) {
    const t = f.map(l.load(x), C);
    low = f.low(low, t);
    high = f.high(high, t);
  }
  l.store(y, f.lanes(low, high));
}

/** Sixteen columns, a cache line of each row. */
@inline
function foldLine<F>(x: usize, y: usize, n: i32, stride: usize, c: usize): void {
  const f = changetype<F>(0);
  const c0 = f.center<Four>(c), c1 = f.center<Four>(c + 16);
  const c2 = f.center<Four>(c + 32), c3 = f.center<Four>(c + 48);
  let l0 = f.start(), l1 = l0, l2 = l0, l3 = l0, h0 = l0, h1 = l0, h2 = l0, h3 = l0;
  for (; n >= 8; n -= 8, x += 8 * stride) {
    let t = tree<F, Four>(x, stride, c0);
    l0 = f.low(l0, t);
    h0 = f.high(h0, t);
    t = tree<F, Four>(x + 16, stride, c1);
    l1 = f.low(l1, t);
    h1 = f.high(h1, t);
    t = tree<F, Four>(x + 32, stride, c2);
    l2 = f.low(l2, t);
    h2 = f.high(h2, t);
    t = tree<F, Four>(x + 48, stride, c3);
    l3 = f.low(l3, t);
    h3 = f.high(h3, t);
  }
  for (; n > 0; n--, x += stride) {
    let t = f.map(v128.load(x), c0);
    l0 = f.low(l0, t);
    h0 = f.high(h0, t);
    t = f.map(v128.load(x, 16), c1);
    l1 = f.low(l1, t);
    h1 = f.high(h1, t);
    t = f.map(v128.load(x, 32), c2);
    l2 = f.low(l2, t);
    h2 = f.high(h2, t);
    t = f.map(v128.load(x, 48), c3);
    l3 = f.low(l3, t);
    h3 = f.high(h3, t);
  }
  v128.store(y, f.lanes(l0, h0));
  v128.store(y, f.lanes(l1, h1), 16);
  v128.store(y, f.lanes(l2, h2), 32);
  v128.store(y, f.lanes(l3, h3), 48);
}

/** Some columns of a block. */
@inline
function foldTile<F>(x: usize, y: usize, n: i32, columns: i32, stride: usize, c: usize): void {
  const all = columns;
  for (; columns >= 16; columns -= 16, x += 64, y += 64, c += 64) foldLine<F>(x, y, n, stride, c);
  for (; columns >= 4; columns -= 4, x += 16, y += 16, c += 16) foldColumns<F, Four>(x, y, n, stride, c);
  if (all >= 4 && columns > 0) {
    // The last four overlap those before, which come out the same again.
    const back = <usize>(4 - columns) << 2;
    foldColumns<F, Four>(x - back, y - back, n, stride, c - back);
    return;
  }
  for (; columns > 0; columns--, x += 4, y += 4, c += 4) foldColumns<F, One>(x, y, n, stride, c);
}

/** Blocks begin to end of all [outer, blocks]; c is [outer]. */
@inline
function rows<F>(x: usize, y: usize, n: i32, block: i32, c: usize, begin: i32, end: i32): void {
  const blocks = (n + block - 1) / block;
  for (let item = begin; item < end; item++) {
    const row = item / blocks, first = (item - row * blocks) * block;
    const at = x + (<usize>row * n + first << 2);
    const result = changetype<F>(0).row(at, min(block, n - first), c + (<usize>row << 2));
    store<f32>(y + (<usize>item << 2), result);
  }
}

/** Tiles begin to end of all [outer, blocks, tiles of `width` columns]; c is [outer, inner]. */
@inline
function columns<F>(
  x: usize, y: usize, n: i32, inner: i32, block: i32, width: i32, c: usize, begin: i32, end: i32,
): void {
  const blocks = (n + block - 1) / block, tiles = (inner + width - 1) / width;
  for (let item = begin; item < end; item++) {
    const part = item / tiles, left = (item - part * tiles) * width;
    const outer = part / blocks, first = (part - outer * blocks) * block;
    const from = x + ((<usize>outer * n + first) * inner + left << 2);
    const to = y + (<usize>part * inner + left << 2), about = c + (<usize>outer * inner + left << 2);
    changetype<F>(0).tile(from, to, min(block, n - first), min(width, inner - left), <usize>inner << 2, about);
  }
}

// Functions of their own, so that the engine compiles them well while a long call is still running.
export function sumRow(x: usize, n: i32): f32 { return foldRow<Sum>(x, n, f32x4.splat(0)); }
export function deviationRow(x: usize, n: i32, c: f32): f32 { return foldRow<Deviation>(x, n, f32x4.splat(c)); }
export function maxRow(x: usize, n: i32): f32 { return foldRow<Max>(x, n, f32x4.splat(0)); }
export function minRow(x: usize, n: i32): f32 { return foldRow<Min>(x, n, f32x4.splat(0)); }
export function sumTile(x: usize, y: usize, n: i32, columns: i32, stride: usize): void { foldTile<Sum>(x, y, n, columns, stride, 0); }
export function deviationTile(x: usize, y: usize, n: i32, columns: i32, stride: usize, c: usize): void { foldTile<Deviation>(x, y, n, columns, stride, c); }
export function maxTile(x: usize, y: usize, n: i32, columns: i32, stride: usize): void { foldTile<Max>(x, y, n, columns, stride, 0); }
export function minTile(x: usize, y: usize, n: i32, columns: i32, stride: usize): void { foldTile<Min>(x, y, n, columns, stride, 0); }

export function sumRows(x: usize, y: usize, n: i32, block: i32, begin: i32, end: i32): void { rows<Sum>(x, y, n, block, 0, begin, end); }
export function deviationRows(x: usize, y: usize, n: i32, block: i32, c: usize, begin: i32, end: i32): void { rows<Deviation>(x, y, n, block, c, begin, end); }
export function maxRows(x: usize, y: usize, n: i32, block: i32, begin: i32, end: i32): void { rows<Max>(x, y, n, block, 0, begin, end); }
export function minRows(x: usize, y: usize, n: i32, block: i32, begin: i32, end: i32): void { rows<Min>(x, y, n, block, 0, begin, end); }
export function sumColumns(x: usize, y: usize, n: i32, inner: i32, block: i32, width: i32, begin: i32, end: i32): void { columns<Sum>(x, y, n, inner, block, width, 0, begin, end); }
export function deviationColumns(x: usize, y: usize, n: i32, inner: i32, block: i32, width: i32, c: usize, begin: i32, end: i32): void { columns<Deviation>(x, y, n, inner, block, width, c, begin, end); }
export function maxColumns(x: usize, y: usize, n: i32, inner: i32, block: i32, width: i32, begin: i32, end: i32): void { columns<Max>(x, y, n, inner, block, width, 0, begin, end); }
export function minColumns(x: usize, y: usize, n: i32, inner: i32, block: i32, width: i32, begin: i32, end: i32): void { columns<Min>(x, y, n, inner, block, width, 0, begin, end); }

/** Whether a vector has a lane that is `most`; with a NaN for `most`, a lane that is NaN. */
@inline
function has(v: v128, most: v128): bool {
  return v128.any_true(v128.or(f32x4.eq(v, most), v128.and(f32x4.ne(v, v), f32x4.ne(most, most))));
}

/** The position of the first extreme of each row: y is [outer], int32. */
@inline
function argRows<F>(x: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = x + (<usize>row * n << 2);
    const most = f32x4.splat(changetype<F>(0).row(at, n, 0));
    let i = 0;
    while (i + 4 <= n && !has(v128.load(at + (<usize>i << 2)), most)) i += 4;
    while (i < n && !has(v128.load32_splat(at + (<usize>i << 2)), most)) i++;
    store<i32>(y + (<usize>row << 2), i);
  }
}

/** The same of four columns, or one. */
@inline
function argColumns<F, L>(x: usize, y: usize, n: i32, stride: usize): void {
  const l = changetype<L>(0);
  let most = l.load(x), at = i32x4.splat(0);
  for (let i = 1; i < n; i++) {
    x += stride;
    const v = l.load(x);
    const firstNaN = v128.and(f32x4.ne(v, v), f32x4.eq(most, most));
    const better = v128.or(changetype<F>(0).before(v, most), firstNaN);
    most = v128.bitselect(v, most, better);
    at = v128.bitselect(i32x4.splat(i), at, better);
  }
  l.store(y, at);
}

/** Groups begin to end of all [outer, groups of four columns]. */
@inline
function argGroups<F>(x: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const groups = (inner + 3) / 4, stride = <usize>inner << 2;
  for (let item = begin; item < end; item++) {
    const outer = item / groups;
    let column = (item - outer * groups) * 4;
    let from = x + (<usize>outer * n * inner + column << 2), to = y + (<usize>outer * inner + column << 2);
    if (column + 4 <= inner) argColumns<F, Four>(from, to, n, stride);
    else for (; column < inner; column++, from += 4, to += 4) argColumns<F, One>(from, to, n, stride);
  }
}

export function argmaxRows(x: usize, y: usize, n: i32, begin: i32, end: i32): void { argRows<Max>(x, y, n, begin, end); }
export function argminRows(x: usize, y: usize, n: i32, begin: i32, end: i32): void { argRows<Min>(x, y, n, begin, end); }
export function argmaxColumns(x: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void { argGroups<Max>(x, y, n, inner, begin, end); }
export function argminColumns(x: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void { argGroups<Min>(x, y, n, inner, begin, end); }

/** Running sums along columns begin to end of all [outer, inner], in f64. */
export function cumsum(
  x: usize, y: usize, n: i32, inner: i32, exclusive: i32, reverse: i32, begin: i32, end: i32,
): void {
  for (let item = begin; item < end; item++) {
    const outer = item / inner, first = <usize>outer * n * inner + (item - outer * inner);
    let at = (reverse ? first + <usize>(n - 1) * inner : first) << 2;
    const step = <usize>(reverse ? -inner : inner) << 2;
    let sum: f64 = 0;
    for (let i = 0; i < n; i++, at += step) {
      const before = sum;
      sum += load<f32>(x + at);
      store<f32>(y + at, <f32>(exclusive ? before : sum));
    }
  }
}

/**
 * The largest magnitude in each of blocks begin to end of x. Without their signs floats are ordered as
 * integers are, and NaN comes last.
 */
export function magnitudes(x: usize, y: usize, n: i32, block: i32, begin: i32, end: i32): void {
  const M = i32x4.splat(0x7fffffff);
  for (let item = begin; item < end; item++) {
    const first = item * block, count = min(block, n - first);
    let at = x + (<usize>first << 2);
    const last = at + (<usize>count << 2);
    let a = i32x4.splat(0), b = a, c = a, d = a;
    for (; at + 64 <= last; at += 64) {
      a = i32x4.max_s(a, v128.and(v128.load(at), M));
      b = i32x4.max_s(b, v128.and(v128.load(at, 16), M));
      c = i32x4.max_s(c, v128.and(v128.load(at, 32), M));
      d = i32x4.max_s(d, v128.and(v128.load(at, 48), M));
    }
    for (; at + 4 <= last; at += 4) a = i32x4.max_s(a, v128.and(v128.load32_splat(at), M));
    a = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
    a = i32x4.max_s(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
    a = i32x4.max_s(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
    v128.store_lane<i32>(y + (<usize>item << 2), a, 0);
  }
}
