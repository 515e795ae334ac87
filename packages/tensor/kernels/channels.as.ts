// Numbers for each channel: x is [rows, channels]. Where the number of channels is not a multiple
// of 4, the runner writes what belongs to channels several times, until it is: `wide` counts these.
import { activate, RELU, SIGMOID, TANH } from "./epilogue.as";
import { Four, One } from "./lanes.as";
import { fma } from "./math.as";
import { deviationTile, sumTile } from "./reduce.as";

/**
 * y = f((x - center) scale + shift + residual) for the rows from begin to end, for one activation f; without a
 * residual its address is 0.
 */
@inline
function normalizeRows(
  x: usize, residual: usize, center: usize, scale: usize, shift: usize, y: usize, channels: i32, wide: i32, activation: i32,
  begin: i32, end: i32,
): void {
  const n = <usize>end * channels << 2, period = <usize>wide << 2;
  for (let i = <usize>begin * channels << 2; i < n;) {
    const stop = min(n, i + period);
    for (let c: usize = 0; i < stop; c += 16, i += 16) {
      const d = f32x4.sub(v128.load(x + i), v128.load(center + c));
      let z = fma(d, v128.load(scale + c), v128.load(shift + c));
      if (residual) z = f32x4.add(z, v128.load(residual + i));
      v128.store(y + i, activate(z, activation));
    }
  }
}

/** The same for any activation. */
export function normalizeChannels(
  x: usize, residual: usize, center: usize, scale: usize, shift: usize, y: usize, channels: i32, wide: i32, activation: i32,
  begin: i32, end: i32,
): void {
  if (activation == RELU) normalizeRows(x, residual, center, scale, shift, y, channels, wide, RELU, begin, end);
  else if (activation == SIGMOID) normalizeRows(x, residual, center, scale, shift, y, channels, wide, SIGMOID, begin, end);
  else if (activation == TANH) normalizeRows(x, residual, center, scale, shift, y, channels, wide, TANH, begin, end);
  else normalizeRows(x, residual, center, scale, shift, y, channels, wide, 0, begin, end);
}

/** y = p a + q (x - center) + r for the rows from begin to end. */
export function blendChannels(
  a: usize, x: usize, center: usize, p: usize, q: usize, r: usize, y: usize, channels: i32, wide: i32, begin: i32, end: i32,
): void {
  const n = <usize>end * channels << 2, period = <usize>wide << 2;
  for (let i = <usize>begin * channels << 2; i < n;) {
    const stop = min(n, i + period);
    for (let c: usize = 0; i < stop; c += 16, i += 16) {
      const d = f32x4.sub(v128.load(x + i), v128.load(center + c));
      const v = fma(d, v128.load(q + c), v128.load(r + c));
      v128.store(y + i, fma(v128.load(a + i), v128.load(p + c), v));
    }
  }
}

/** A vector added to sums in f64, its first two numbers or its last. */
@inline
function low(sum: v128, v: v128): v128 { return f64x2.add(sum, f64x2.promote_low_f32x4(v)); }
@inline
function high(sum: v128, v: v128): v128 {
  return f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
}

/** Four sums in f64 as four numbers in f32. */
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** The sums of a and of a (x - center) over n rows, for four channels or one. */
@inline
function pairColumns<L>(a: usize, x: usize, center: usize, y: usize, z: usize, n: i32, stride: usize): void {
  const l = changetype<L>(0), c = l.load(center);
  let s0 = f64x2.splat(0), s1 = s0, t0 = s0, t1 = s0;
  while (n > 0) {
    // Four rows are added in f32, two by two, and what comes of that in f64.
    const a0 = l.load(a), d0 = f32x4.sub(l.load(x), c);
    let s = a0, t = f32x4.mul(a0, d0);
    if (n >= 4) {
      const a1 = l.load(a + stride), a2 = l.load(a + 2 * stride), a3 = l.load(a + 3 * stride);
      t = fma(a1, f32x4.sub(l.load(x + stride), c), t);
      const u = f32x4.mul(a2, f32x4.sub(l.load(x + 2 * stride), c));
      t = f32x4.add(t, fma(a3, f32x4.sub(l.load(x + 3 * stride), c), u));
      s = f32x4.add(f32x4.add(s, a1), f32x4.add(a2, a3));
      n -= 4;
      a += 4 * stride;
      x += 4 * stride;
    } else {
      n--;
      a += stride;
      x += stride;
    }
    s0 = low(s0, s);
    s1 = high(s1, s);
    t0 = low(t0, t);
    t1 = high(t1, t);
  }
  l.store(y, rounded(s0, s1));
  l.store(z, rounded(t0, t1));
}

/** The same for some channels; a function of its own, which the engine compiles early. */
export function pairTile(
  a: usize, x: usize, center: usize, y: usize, z: usize, n: i32, columns: i32, stride: usize,
): void {
  const bytes = <usize>columns << 2;
  if (columns < 4) {
    for (let c: usize = 0; c < bytes; c += 4) pairColumns<One>(a + c, x + c, center + c, y + c, z + c, n, stride);
  } else {
    for (let c: usize = 0; c < bytes; c += 16) {
      const o = min(c, bytes - 16);
      pairColumns<Four>(a + o, x + o, center + o, y + o, z + o, n, stride);
    }
  }
}

/** Tiles begin to end of all [blocks, tiles of `width` channels]; y is [blocks, 2, channels]. */
export function channelSums(
  a: usize, x: usize, center: usize, y: usize, n: i32, channels: i32, block: i32, width: i32, begin: i32, end: i32,
): void {
  const tiles = (channels + width - 1) / width;
  for (let item = begin; item < end; item++) {
    const part = item / tiles, left = <usize>(item - part * tiles) * width, first = part * block;
    const at = (<usize>first * channels + left) << 2, to = y + ((<usize>part * 2 * channels + left) << 2);
    const stride = <usize>channels << 2, columns = min(width, channels - <i32>left);
    pairTile(a + at, x + at, center + (left << 2), to, to + stride, min(block, n - first), columns, stride);
  }
}

/** Means, and sums of squared deviations from them, of tiles: laid out like `channelSums`. */
export function momentTiles(
  x: usize, y: usize, n: i32, channels: i32, block: i32, width: i32, begin: i32, end: i32,
): void {
  const tiles = (channels + width - 1) / width;
  for (let item = begin; item < end; item++) {
    const part = item / tiles, left = <usize>(item - part * tiles) * width, first = part * block;
    const from = x + ((<usize>first * channels + left) << 2), stride = <usize>channels << 2;
    const to = y + ((<usize>part * 2 * channels + left) << 2);
    const rows = min(block, n - first), columns = min(width, channels - <i32>left);
    sumTile(from, to, rows, columns, stride);
    for (let c: usize = 0, all = <usize>columns << 2; c < all; c += 4) {
      store<f32>(to + c, load<f32>(to + c) / <f32>rows);
    }
    deviationTile(from, to + stride, rows, columns, stride, to);
  }
}

/**
 * The moments of all blocks put together: y is [2, channels], p is [blocks, 2, copies, channels],
 * and there are n rows of all copies in blocks of `block`.
 */
export function mergeMoments(
  p: usize, y: usize, n: i32, block: i32, copies: i32, channels: i32, begin: i32, end: i32,
): void {
  const wide = <usize>copies * channels << 2, step = <usize>channels << 2, all = <f64>n * <f64>copies;
  for (let c = <usize>begin << 2, last = <usize>end << 2; c < last; c += 4) {
    let sum: f64 = 0, squares: f64 = 0;
    for (let first = 0, part = p; first < n; first += block, part += 2 * wide) {
      let means: f64 = 0;
      for (let i = c; i < wide; i += step) means += load<f32>(part + i);
      sum += means * <f64>min(block, n - first);
    }
    const mean = sum / all;
    for (let first = 0, part = p; first < n; first += block, part += 2 * wide) {
      const rows = <f64>min(block, n - first);
      for (let i = c; i < wide; i += step) {
        const d = <f64>load<f32>(part + i) - mean;
        squares += <f64>load<f32>(part + wide + i) + rows * d * d;
      }
    }
    store<f32>(y + c, <f32>mean);
    store<f32>(y + step + c, <f32>(squares / all));
  }
}
