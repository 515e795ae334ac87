// Images enlarged by interpolation between four pixels, and the backward pass. Pixel i of an axis that
// became `times` as long lies at (i + 1/2) / times - 1/2 of the pixels there were.
import { fma } from "./math.as";

/** Where a pixel's first source is, in whole pixels; -1 is beyond the edge. */
@inline
function sourceOf(i: i32, times: i32): i32 { return (2 * i + 1 + times) / (2 * times) - 1; }

/** The weight of its second source. */
@inline
function weightOf(i: i32, times: i32, source: i32): f32 {
  const all = 2 * times, place = 2 * i + 1 - times - all * source;
  return <f32>place / <f32>all;
}

/** p a + q b. */
@inline
function between(a: v128, b: v128, p: v128, q: v128): v128 { return fma(q, b, f32x4.mul(p, a)); }

/** A row of the large image: `upper` and `lower` are rows of the small one, `down` the second's weight. */
export function bilinearRow(upper: usize, lower: usize, y: usize, width: i32, pixel: usize, times: i32, down: f32): void {
  const v0 = f32x4.splat(1 - down), v1 = f32x4.splat(down);
  for (let j = 0; j < width * times; j++, y += pixel) {
    const source = sourceOf(j, times), weight = weightOf(j, times, source);
    const h0 = f32x4.splat(1 - weight), h1 = f32x4.splat(weight);
    const left = <usize>max(0, source) * pixel, right = <usize>min(width - 1, source + 1) * pixel;
    if (pixel < 16) {
      for (let c: usize = 0; c < pixel; c += 4) {
        const p = between(v128.load32_zero(upper + left + c), v128.load32_zero(upper + right + c), h0, h1);
        const q = between(v128.load32_zero(lower + left + c), v128.load32_zero(lower + right + c), h0, h1);
        v128.store_lane<f32>(y + c, between(p, q, v0, v1), 0);
      }
    } else {
      for (let c: usize = 0; c < pixel; c += 16) {
        const o = min(c, pixel - 16);
        const p = between(v128.load(upper + left + o), v128.load(upper + right + o), h0, h1);
        const q = between(v128.load(lower + left + o), v128.load(lower + right + o), h0, h1);
        v128.store(y + o, between(p, q, v0, v1));
      }
    }
  }
}

/** Rows begin to end of all [n, down * height] of the large images. */
export function bilinear(
  x: usize, y: usize, height: i32, width: i32, channels: i32, down: i32, across: i32, begin: i32, end: i32,
): void {
  const pixel = <usize>channels << 2, line = <usize>width * pixel, rows = height * down;
  for (let item = begin; item < end; item++) {
    const image = item / rows, i = item - image * rows, source = sourceOf(i, down);
    const origin = x + <usize>(image * height) * line;
    const upper = origin + <usize>max(0, source) * line, lower = origin + <usize>min(height - 1, source + 1) * line;
    const to = y + <usize>item * line * across;
    bilinearRow(upper, lower, to, width, pixel, across, weightOf(i, down, source));
  }
}

/** Adds a row of the large image, times a weight, to a row of the small one. */
export function bilinearRowBack(dy: usize, dx: usize, width: i32, pixel: usize, times: i32, weight: f32): void {
  for (let j = 0; j < width * times; j++, dy += pixel) {
    const source = sourceOf(j, times), second = weightOf(j, times, source) * weight;
    const left = dx + <usize>max(0, source) * pixel, right = dx + <usize>min(width - 1, source + 1) * pixel;
    const p = f32x4.splat(weight - second), q = f32x4.splat(second);
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) {
      const v = v128.load(dy + c);
      v128.store(left + c, fma(p, v, v128.load(left + c)));
      v128.store(right + c, fma(q, v, v128.load(right + c)));
    }
    for (; c < pixel; c += 4) {
      const v = v128.load32_zero(dy + c);
      v128.store_lane<f32>(left + c, fma(p, v, v128.load32_zero(left + c)), 0);
      v128.store_lane<f32>(right + c, fma(q, v, v128.load32_zero(right + c)), 0);
    }
  }
}

/** Rows begin to end of all [n, height] of the small images. */
export function bilinearBack(
  dy: usize, dx: usize, height: i32, width: i32, channels: i32, down: i32, across: i32, begin: i32, end: i32,
): void {
  const pixel = <usize>channels << 2, line = <usize>width * pixel, rows = height * down;
  for (let item = begin; item < end; item++) {
    const image = item / height, row = item - image * height, to = dx + <usize>item * line;
    memory.fill(to, 0, line);
    for (let i = max(0, (row - 1) * down), last = min(rows, (row + 2) * down); i < last; i++) {
      const source = sourceOf(i, down), second = weightOf(i, down, source);
      let weight: f32 = 0;
      if (max(0, source) == row) weight += 1 - second;
      if (min(height - 1, source + 1) == row) weight += second;
      if (weight == 0) continue;
      bilinearRowBack(dy + <usize>(image * rows + i) * line * across, to, width, pixel, across, weight);
    }
  }
}
