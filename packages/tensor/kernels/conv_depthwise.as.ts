// Depthwise convolution: every channel has a filter of its own, so that lanes are channels. Windows are
// described as in conv_layout.as.ts.
import {
  CHUNK, DOWN, downClass, PIXEL_GROUPS, pixelsOf, RELU, RIGHT, rightClass, ROWS, TAP_COLUMNS, TAP_ROWS,
  W_COLUMN, W_ROW, X_COLUMN, X_IMAGE, X_ROW, X_TAP_COLUMN, X_TAP_ROW, Y_COLUMN, Y_IMAGE, Y_ROW,
} from "./conv_layout.as";
import { endOfGroup, placePixels } from "./conv_pixels.as";
import { scratchAddress } from "./gemm.as";
import { fma, positivePart } from "./math.as";

/** Four channels at once, or one. */
class Four {
  @inline load(x: usize): v128 { return v128.load(x); }
  @inline store(y: usize, v: v128): void { v128.store(y, v); }
}
class One {
  @inline load(x: usize): v128 { return v128.load32_zero(x); }
  @inline store(y: usize, v: v128): void { v128.store_lane<f32>(y, v, 0); }
}

/** Four pixels of a row, four channels or one; the last pixel stands for those that are missing. */
@inline
function pixels4<L>(
  m: usize, x: usize, w: usize, bias: usize, y: usize, rows: i32, columns: i32, last: usize,
): void {
  const l = changetype<L>(0), xColumn = <usize>load<i32>(m, X_COLUMN), yColumn = <usize>load<i32>(m, Y_COLUMN);
  const tapRow = <usize>load<i32>(m, X_TAP_ROW), tapColumn = <usize>load<i32>(m, X_TAP_COLUMN);
  const wRow = <usize>load<i32>(m, W_ROW), wColumn = <usize>load<i32>(m, W_COLUMN);
  const i1 = min<usize>(1, last), i2 = min<usize>(2, last), i3 = min<usize>(3, last);
  const x1 = i1 * xColumn, x2 = i2 * xColumn, x3 = i3 * xColumn;
  let c0 = bias ? l.load(bias) : f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (; rows > 0; rows--, x += tapRow, w += wRow) {
    let p = x, q = w;
    for (let u = columns; u > 0; u--, p += tapColumn, q += wColumn) {
      const b = l.load(q);
      c0 = fma(l.load(p), b, c0);
      c1 = fma(l.load(p + x1), b, c1);
      c2 = fma(l.load(p + x2), b, c2);
      c3 = fma(l.load(p + x3), b, c3);
    }
  }
  if (load<i32>(m, RELU)) {
    c0 = positivePart(c0), c1 = positivePart(c1), c2 = positivePart(c2), c3 = positivePart(c3);
  }
  l.store(y, c0);
  l.store(y + i1 * yColumn, c1);
  l.store(y + i2 * yColumn, c2);
  l.store(y + i3 * yColumn, c3);
}

/** The same for eight channels. */
export function depthwiseTile(
  m: usize, x: usize, w: usize, bias: usize, y: usize, rows: i32, columns: i32, last: usize,
): void {
  const xColumn = <usize>load<i32>(m, X_COLUMN), yColumn = <usize>load<i32>(m, Y_COLUMN);
  const tapRow = <usize>load<i32>(m, X_TAP_ROW), tapColumn = <usize>load<i32>(m, X_TAP_COLUMN);
  const wRow = <usize>load<i32>(m, W_ROW), wColumn = <usize>load<i32>(m, W_COLUMN);
  const i1 = min<usize>(1, last), i2 = min<usize>(2, last), i3 = min<usize>(3, last);
  const x1 = i1 * xColumn, x2 = i2 * xColumn, x3 = i3 * xColumn;
  let c00 = f32x4.splat(0), c01 = c00;
  if (bias) c00 = v128.load(bias), c01 = v128.load(bias, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  for (; rows > 0; rows--, x += tapRow, w += wRow) {
    let p = x, q = w;
    for (let u = columns; u > 0; u--, p += tapColumn, q += wColumn) {
      const b0 = v128.load(q), b1 = v128.load(q, 16);
      c00 = fma(v128.load(p), b0, c00);
      c01 = fma(v128.load(p, 16), b1, c01);
      c10 = fma(v128.load(p + x1), b0, c10);
      c11 = fma(v128.load(p + x1, 16), b1, c11);
      c20 = fma(v128.load(p + x2), b0, c20);
      c21 = fma(v128.load(p + x2, 16), b1, c21);
      c30 = fma(v128.load(p + x3), b0, c30);
      c31 = fma(v128.load(p + x3, 16), b1, c31);
    }
  }
  if (load<i32>(m, RELU)) {
    c00 = positivePart(c00), c01 = positivePart(c01), c10 = positivePart(c10), c11 = positivePart(c11);
    c20 = positivePart(c20), c21 = positivePart(c21), c30 = positivePart(c30), c31 = positivePart(c31);
  }
  v128.store(y, c00);
  v128.store(y, c01, 16);
  v128.store(y + i1 * yColumn, c10);
  v128.store(y + i1 * yColumn, c11, 16);
  v128.store(y + i2 * yColumn, c20);
  v128.store(y + i2 * yColumn, c21, 16);
  v128.store(y + i3 * yColumn, c30);
  v128.store(y + i3 * yColumn, c31, 16);
}

/** y = f(bias + x * w), channel by channel: rows of results from `begin` to `end - 1` of all images. */
export function convolveDepthwise(
  m: usize, x: usize, w: usize, bias: usize, y: usize, channels: i32, begin: i32, end: i32,
): void {
  const rows = load<i32>(m, ROWS), bytes = <usize>channels << 2;
  const wRow = load<i32>(m, W_ROW), wColumn = load<i32>(m, W_COLUMN);
  for (let row = begin; row < end; row++) {
    const image = row / rows, i = row - image * rows;
    let down = downClass(m, 0);
    while (i >= load<i32>(down) + load<i32>(down, 4)) down += 16;
    const top = load<i32>(down, 8), height = load<i32>(down, 12);
    const from = x + <usize>(image * load<i32>(m, X_IMAGE) + i * load<i32>(m, X_ROW) + top * load<i32>(m, X_TAP_ROW));
    const to = y + <usize>(image * load<i32>(m, Y_IMAGE) + i * load<i32>(m, Y_ROW));
    for (let k = 0; k < load<i32>(m, RIGHT); k++) {
      const right = rightClass(m, k), left = load<i32>(right, 8), width = load<i32>(right, 12);
      const q = w + <usize>(top * wRow + left * wColumn), j0 = load<i32>(right), j1 = j0 + load<i32>(right, 4);
      for (let j = j0; j < j1; j += 4) {
        const p = from + <usize>(j * load<i32>(m, X_COLUMN) + left * load<i32>(m, X_TAP_COLUMN));
        const r = to + <usize>(j * load<i32>(m, Y_COLUMN)), last = <usize>min(3, j1 - 1 - j);
        let c: usize = 0;
        for (; c + 32 <= bytes; c += 32) {
          depthwiseTile(m, p + c, q + c, bias ? bias + c : 0, r + c, height, width, last);
        }
        for (; c + 16 <= bytes; c += 16) {
          pixels4<Four>(m, p + c, q + c, bias ? bias + c : 0, r + c, height, width, last);
        }
        for (; c < bytes; c += 4) pixels4<One>(m, p + c, q + c, bias ? bias + c : 0, r + c, height, width, last);
      }
    }
  }
}

/** Adds `count` pixels to up to three taps of four channels, or of one. */
@inline
function taps3<L>(
  xs: usize, ys: usize, count: i32, x: usize, dy: usize, next: usize, taps: i32, sums: usize, step: usize,
): void {
  const l = changetype<L>(0), x1 = taps > 1 ? next : 0, x2 = taps > 2 ? 2 * next : 0;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0;
  for (; count > 0; count--, xs += 4, ys += 4) {
    const p = x + <usize>load<u32>(xs), d = l.load(dy + <usize>load<u32>(ys));
    c0 = fma(l.load(p), d, c0);
    c1 = fma(l.load(p + x1), d, c1);
    c2 = fma(l.load(p + x2), d, c2);
  }
  l.store(sums, f32x4.add(l.load(sums), c0));
  if (taps > 1) l.store(sums + step, f32x4.add(l.load(sums + step), c1));
  if (taps > 2) l.store(sums + 2 * step, f32x4.add(l.load(sums + 2 * step), c2));
}

/** Adds `count` pixels to up to three taps of eight channels. */
export function depthwiseTaps(
  xs: usize, ys: usize, count: i32, x: usize, dy: usize, next: usize, taps: i32, sums: usize, step: usize,
): void {
  const x1 = taps > 1 ? next : 0, x2 = taps > 2 ? 2 * next : 0;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  for (; count > 0; count--, xs += 4, ys += 4) {
    const p = x + <usize>load<u32>(xs), at = dy + <usize>load<u32>(ys);
    const d0 = v128.load(at), d1 = v128.load(at, 16);
    c00 = fma(v128.load(p), d0, c00);
    c01 = fma(v128.load(p, 16), d1, c01);
    c10 = fma(v128.load(p + x1), d0, c10);
    c11 = fma(v128.load(p + x1, 16), d1, c11);
    c20 = fma(v128.load(p + x2), d0, c20);
    c21 = fma(v128.load(p + x2, 16), d1, c21);
  }
  v128.store(sums, f32x4.add(v128.load(sums), c00));
  v128.store(sums, f32x4.add(v128.load(sums, 16), c01), 16);
  if (taps > 1) {
    v128.store(sums + step, f32x4.add(v128.load(sums + step), c10));
    v128.store(sums + step, f32x4.add(v128.load(sums + step, 16), c11), 16);
  }
  if (taps > 2) {
    v128.store(sums + 2 * step, f32x4.add(v128.load(sums + 2 * step), c20));
    v128.store(sums + 2 * step, f32x4.add(v128.load(sums + 2 * step, 16), c21), 16);
  }
}

/**
 * The sums of groups of pixels for the gradient by the filters: sums is [groups, taps, channels]. The
 * share counts fours of groups.
 */
export function depthwiseFilter(
  m: usize, x: usize, dy: usize, sums: usize, channels: i32, begin: i32, end: i32,
): void {
  const tapColumns = load<i32>(m, TAP_COLUMNS), size = <usize>(load<i32>(m, TAP_ROWS) * tapColumns * channels) << 2;
  const groups = load<i32>(m, PIXEL_GROUPS), chunk = load<i32>(m, CHUNK), bytes = <usize>channels << 2;
  const tapRow = load<i32>(m, X_TAP_ROW), tapColumn = load<i32>(m, X_TAP_COLUMN);
  const xs = scratchAddress(), ys = xs + (<usize>chunk << 2);
  for (let group = begin >> 2; group < (end + 3) >> 2; group++) {
    const own = sums + <usize>group * size;
    memory.fill(own, 0, size);
    for (let i = 0; i < load<i32>(m, DOWN); i++) {
      for (let j = 0; j < load<i32>(m, RIGHT); j++) {
        const down = downClass(m, i), right = rightClass(m, j);
        const top = load<i32>(down, 8), left = load<i32>(right, 8);
        const pixels = pixelsOf(m, down, right), last = endOfGroup(pixels, group, groups);
        for (let p = group == 0 ? 0 : endOfGroup(pixels, group - 1, groups); p < last; p += chunk) {
          const count = min(chunk, last - p);
          placePixels(m, down, right, xs, ys, p, count);
          for (let t = top; t < top + load<i32>(down, 12); t++) {
            for (let u = left, to = left + load<i32>(right, 12); u < to; u += 3) {
              const taps = min(3, to - u), at = x + <usize>(t * tapRow + u * tapColumn);
              const sum = own + <usize>(t * tapColumns + u) * bytes;
              let c: usize = 0;
              for (; c + 32 <= bytes; c += 32) {
                depthwiseTaps(xs, ys, count, at + c, dy + c, tapColumn, taps, sum + c, bytes);
              }
              for (; c + 16 <= bytes; c += 16) {
                taps3<Four>(xs, ys, count, at + c, dy + c, tapColumn, taps, sum + c, bytes);
              }
              for (; c < bytes; c += 4) taps3<One>(xs, ys, count, at + c, dy + c, tapColumn, taps, sum + c, bytes);
            }
          }
        }
      }
    }
  }
}
