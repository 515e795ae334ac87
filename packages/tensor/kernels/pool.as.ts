// Pooling of images [n, height, width, channels], forth and back. `meta` is [height, width,
// channels, rows, columns, window height, window width, stride down, stride across, padding above,
// padding on the left, mean, whole], rows and columns counting the windows.
//
// Channels are worked on four at a time. Where their number is not a multiple of 4 the last four
// overlap those before; what is added there is masked, so that nothing is added twice.
import { Four, One } from "./lanes.as";

/** All bits, which are a NaN, where there is one. */
@inline
function nan(x: v128): v128 { return f32x4.ne(x, x); }

/**
 * The largest number of a window; NaN, if there is one. The instruction for the maximum that sees to
 * NaN takes several of the machine's; for three numbers or four it costs less to look for NaN apart.
 */
class Max {
  @inline start(): v128 { return f32x4.splat(-Infinity); }
  @inline fold(a: v128, b: v128): v128 { return f32x4.max(a, b); }
  @inline three(a: v128, b: v128, c: v128): v128 {
    return v128.or(f32x4.pmax(f32x4.pmax(a, b), c), v128.or(v128.or(nan(a), nan(b)), nan(c)));
  }
  @inline four(a: v128, b: v128, c: v128, d: v128): v128 {
    const most = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
    return v128.or(most, v128.or(v128.or(nan(a), nan(b)), v128.or(nan(c), nan(d))));
  }
  @inline end(a: v128, _scale: v128): v128 { return a; }
  @inline window(x: usize, y: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32): void {
    maxWindow(x, y, line, pixel, rows, columns, scale);
  }
  @inline pairs(x: usize, y: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
    maxPairs(x, y, line, pixel, columns, scale);
  }
}

/** The sum of a window, scaled. */
class Sum {
  @inline start(): v128 { return f32x4.splat(0); }
  @inline fold(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  @inline three(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.add(a, b), c); }
  @inline four(a: v128, b: v128, c: v128, d: v128): v128 { return f32x4.add(f32x4.add(a, b), f32x4.add(c, d)); }
  @inline end(a: v128, scale: v128): v128 { return f32x4.mul(a, scale); }
  @inline window(x: usize, y: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32): void {
    sumWindow(x, y, line, pixel, rows, columns, scale);
  }
  @inline pairs(x: usize, y: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
    sumPairs(x, y, line, pixel, columns, scale);
  }
}

/** Four channels of a window, or one. */
@inline
function fold<P, L>(x: usize, line: usize, pixel: usize, rows: i32, columns: i32): v128 {
  const p = changetype<P>(0), l = changetype<L>(0);
  let v = p.start();
  for (; rows > 0; rows--, x += line) {
    for (let at = x, end = x + <usize>columns * pixel; at < end; at += pixel) v = p.fold(v, l.load(at));
  }
  return v;
}

/** All channels of a window. */
@inline
function window<P>(x: usize, y: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32): void {
  const p = changetype<P>(0), s = f32x4.splat(scale);
  let c: usize = 0;
  if (rows == 3 && columns == 3 && pixel >= 16) {
    for (; c < pixel; c += 16) {
      const o = min(c, pixel - 16), x0 = x + o, x1 = x0 + line, x2 = x1 + line;
      const a = p.three(v128.load(x0), v128.load(x0 + pixel), v128.load(x0 + 2 * pixel));
      const b = p.three(v128.load(x1), v128.load(x1 + pixel), v128.load(x1 + 2 * pixel));
      const d = p.three(v128.load(x2), v128.load(x2 + pixel), v128.load(x2 + 2 * pixel));
      v128.store(y + o, p.end(p.three(a, b, d), s));
    }
    return;
  }
  // Sixteen channels, a cache line of each pixel.
  for (; c + 64 <= pixel; c += 64) {
    let v0 = p.start(), v1 = v0, v2 = v0, v3 = v0;
    for (let row = x + c, last = row + <usize>rows * line; row < last; row += line) {
      for (let at = row, end = row + <usize>columns * pixel; at < end; at += pixel) {
        v0 = p.fold(v0, v128.load(at));
        v1 = p.fold(v1, v128.load(at, 16));
        v2 = p.fold(v2, v128.load(at, 32));
        v3 = p.fold(v3, v128.load(at, 48));
      }
    }
    v128.store(y + c, p.end(v0, s));
    v128.store(y + c, p.end(v1, s), 16);
    v128.store(y + c, p.end(v2, s), 32);
    v128.store(y + c, p.end(v3, s), 48);
  }
  if (pixel < 16) {
    for (; c < pixel; c += 4) v128.store_lane<f32>(y + c, p.end(fold<P, One>(x + c, line, pixel, rows, columns), s), 0);
  } else {
    for (; c < pixel; c += 16) {
      const o = min(c, pixel - 16);
      v128.store(y + o, p.end(fold<P, Four>(x + o, line, pixel, rows, columns), s));
    }
  }
}

/** Two numbers of each of two vectors: those at even places, or at odd ones. */
@inline
function even(a: v128, b: v128): v128 { return v128.shuffle<f32>(a, b, 0, 2, 4, 6); }
@inline
function odd(a: v128, b: v128): v128 { return v128.shuffle<f32>(a, b, 1, 3, 5, 7); }

/** A row of windows of 2 by 2, side by side. */
@inline
function pairs<P>(x: usize, y: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
  const p = changetype<P>(0), s = f32x4.splat(scale);
  if (pixel == 4) {
    for (; columns >= 4; columns -= 4, x += 32, y += 16) {
      const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x + line), d = v128.load(x + line, 16);
      v128.store(y, p.end(p.four(even(a, b), odd(a, b), even(c, d), odd(c, d)), s));
    }
  }
  for (; columns > 0; columns--, x += 2 * pixel, y += pixel) {
    if (pixel < 16) {
      for (let c: usize = 0; c < pixel; c += 4) {
        const at = x + c, below = at + line;
        const v = p.four(
          v128.load32_zero(at), v128.load32_zero(at + pixel), v128.load32_zero(below), v128.load32_zero(below + pixel),
        );
        v128.store_lane<f32>(y + c, p.end(v, s), 0);
      }
    } else {
      for (let c: usize = 0; c < pixel; c += 16) {
        const o = min(c, pixel - 16), at = x + o, below = at + line;
        const v = p.four(v128.load(at), v128.load(at + pixel), v128.load(below), v128.load(below + pixel));
        v128.store(y + o, p.end(v, s));
      }
    }
  }
}

// Functions of their own, so that the engine compiles them well while a long call is still running.
export function maxWindow(x: usize, y: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32): void { window<Max>(x, y, line, pixel, rows, columns, scale); }
export function sumWindow(x: usize, y: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32): void { window<Sum>(x, y, line, pixel, rows, columns, scale); }
export function maxPairs(x: usize, y: usize, line: usize, pixel: usize, columns: i32, scale: f32): void { pairs<Max>(x, y, line, pixel, columns, scale); }
export function sumPairs(x: usize, y: usize, line: usize, pixel: usize, columns: i32, scale: f32): void { pairs<Sum>(x, y, line, pixel, columns, scale); }

/** Rows of windows, begin to end of all [n, rows]. */
@inline
function pool<P>(x: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  const p = changetype<P>(0);
  const height = load<i32>(meta), width = load<i32>(meta, 4), pixel = <usize>load<i32>(meta, 8) << 2;
  const rows = load<i32>(meta, 12), columns = load<i32>(meta, 16);
  const high = load<i32>(meta, 20), wide = load<i32>(meta, 24), down = load<i32>(meta, 28), across = load<i32>(meta, 32);
  const top = load<i32>(meta, 36), left = load<i32>(meta, 40), mean = load<i32>(meta, 44), line = <usize>width * pixel;
  const inside = top == 0 && left == 0 && (rows - 1) * down + high <= height && (columns - 1) * across + wide <= width;
  const paired = inside && high == 2 && wide == 2 && down == 2 && across == 2;
  for (let item = begin; item < end; item++) {
    const image = item / rows, first = (item - image * rows) * down - top;
    const r0 = max(0, first), r1 = min(height, first + high);
    const from = x + <usize>(image * height + r0) * line;
    let to = y + <usize>item * columns * pixel;
    if (paired) {
      p.pairs(from, to, line, pixel, columns, mean ? 0.25 : 1);
    } else {
      for (let j = 0, c = -left; j < columns; j++, c += across, to += pixel) {
        const c0 = max(0, c), c1 = min(width, c + wide), count = (r1 - r0) * (c1 - c0);
        p.window(from + <usize>c0 * pixel, to, line, pixel, r1 - r0, c1 - c0, mean ? 1 / <f32>count : 1);
      }
    }
  }
}

export function maxPool2d(x: usize, y: usize, meta: usize, begin: i32, end: i32): void { pool<Max>(x, y, meta, begin, end); }
export function sumPool2d(x: usize, y: usize, meta: usize, begin: i32, end: i32): void { pool<Sum>(x, y, meta, begin, end); }

/** The lanes of the last four channels that are not among those before: all of them, or some. */
const LATE: usize = memory.data<u32>([0, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);

/** Adds to what is there, or replaces it. */
@inline
function put<L>(at: usize, v: v128, adds: bool): void {
  const l = changetype<L>(0);
  if (adds) v = f32x4.add(l.load(at), v);
  l.store(at, v);
}

/** Adds what is left of a gradient where x is the largest number, and gives what is left then. */
@inline
function give(dx: usize, rest: v128, x: v128, most: v128): v128 {
  const here = f32x4.eq(x, most);
  put<Four>(dx, v128.and(rest, here), true);
  return v128.andnot(rest, here);
}

/** Two vectors stored with their numbers in turn. */
@inline
function zip(y: usize, a: v128, b: v128): void {
  v128.store(y, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
  v128.store(y, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
}

/** The gradient goes to the first of the largest numbers; to the last place, if one is NaN. */
class MaxBack {
  @inline at<L>(dy: v128, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, adds: bool): void {
    const l = changetype<L>(0), most = fold<Max, L>(x, line, pixel, rows, columns);
    let rest = dy;
    for (; rows > 0; rows--, x += line, dx += line) {
      for (let i: usize = 0, end = <usize>columns * pixel; i < end; i += pixel) {
        const last = rows == 1 && i + pixel == end;
        const here = last ? rest : v128.and(rest, f32x4.eq(l.load(x + i), most));
        rest = v128.andnot(rest, f32x4.eq(l.load(x + i), most));
        put<L>(dx + i, here, adds);
      }
    }
  }
  /** Adds to the nine places of a window of 3 by 3. */
  @inline nine(dy: v128, x: usize, dx: usize, line: usize, pixel: usize): void {
    const x1 = x + line, x2 = x1 + line, dx1 = dx + line, dx2 = dx1 + line, second = 2 * pixel;
    const a = v128.load(x), b = v128.load(x + pixel), c = v128.load(x + second);
    const d = v128.load(x1), e = v128.load(x1 + pixel), f = v128.load(x1 + second);
    const g = v128.load(x2), h = v128.load(x2 + pixel), i = v128.load(x2 + second);
    const max = changetype<Max>(0);
    const most = max.three(max.three(a, b, c), max.three(d, e, f), max.three(g, h, i));
    let rest = give(dx, dy, a, most);
    rest = give(dx + pixel, rest, b, most);
    rest = give(dx + second, rest, c, most);
    rest = give(dx1, rest, d, most);
    rest = give(dx1 + pixel, rest, e, most);
    rest = give(dx1 + second, rest, f, most);
    rest = give(dx2, rest, g, most);
    rest = give(dx2 + pixel, rest, h, most);
    put<Four>(dx2 + second, rest, true);
  }
  /** Four windows of 2 by 2 of images with one channel. */
  @inline line(dy: v128, x: usize, dx: usize, line: usize): void {
    const upper0 = v128.load(x), upper1 = v128.load(x, 16), lower0 = v128.load(x + line), lower1 = v128.load(x + line, 16);
    const a = even(upper0, upper1), b = odd(upper0, upper1), c = even(lower0, lower1), d = odd(lower0, lower1);
    const most = changetype<Max>(0).four(a, b, c, d);
    const first = f32x4.eq(a, most), second = f32x4.eq(b, most), third = f32x4.eq(c, most);
    const upper = v128.or(first, second);
    zip(dx, v128.and(dy, first), v128.and(dy, v128.andnot(second, first)));
    zip(dx + line, v128.and(dy, v128.andnot(third, upper)), v128.andnot(dy, v128.or(upper, third)));
  }
  @inline window(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32, adds: bool): void {
    maxWindowBack(dy, x, dx, line, pixel, rows, columns, scale, adds);
  }
  @inline pairs(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
    maxPairsBack(dy, x, dx, line, pixel, columns, scale);
  }
  @inline four<L>(dy: v128, x: usize, dx: usize, line: usize, pixel: usize): void {
    const l = changetype<L>(0);
    const a = l.load(x), b = l.load(x + pixel), c = l.load(x + line), d = l.load(x + line + pixel);
    const most = changetype<Max>(0).four(a, b, c, d);
    const first = f32x4.eq(a, most), second = f32x4.eq(b, most), third = f32x4.eq(c, most);
    const upper = v128.or(first, second);
    l.store(dx, v128.and(dy, first));
    l.store(dx + pixel, v128.and(dy, v128.andnot(second, first)));
    l.store(dx + line, v128.and(dy, v128.andnot(third, upper)));
    l.store(dx + line + pixel, v128.andnot(dy, v128.or(upper, third)));
  }
}

/** Every place of a window has its share of the gradient. */
class SumBack {
  @inline at<L>(dy: v128, _x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, adds: bool): void {
    for (; rows > 0; rows--, dx += line) {
      for (let at = dx, end = dx + <usize>columns * pixel; at < end; at += pixel) put<L>(at, dy, adds);
    }
  }
  @inline nine(dy: v128, _x: usize, dx: usize, line: usize, pixel: usize): void {
    for (let row = 0; row < 3; row++, dx += line) {
      put<Four>(dx, dy, true);
      put<Four>(dx + pixel, dy, true);
      put<Four>(dx + 2 * pixel, dy, true);
    }
  }
  @inline line(dy: v128, _x: usize, dx: usize, line: usize): void {
    zip(dx, dy, dy);
    zip(dx + line, dy, dy);
  }
  @inline window(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32, adds: bool): void {
    sumWindowBack(dy, x, dx, line, pixel, rows, columns, scale, adds);
  }
  @inline pairs(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
    sumPairsBack(dy, x, dx, line, pixel, columns, scale);
  }
  @inline four<L>(dy: v128, _x: usize, dx: usize, line: usize, pixel: usize): void {
    const l = changetype<L>(0);
    l.store(dx, dy);
    l.store(dx + pixel, dy);
    l.store(dx + line, dy);
    l.store(dx + line + pixel, dy);
  }
}

/** All channels of a window. */
@inline
function windowBack<B>(
  dy: usize, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32, adds: bool,
): void {
  const b = changetype<B>(0), s = f32x4.splat(scale);
  if (pixel < 16) {
    for (let c: usize = 0; c < pixel; c += 4) {
      b.at<One>(f32x4.mul(v128.load32_zero(dy + c), s), x + c, dx + c, line, pixel, rows, columns, adds);
    }
    return;
  }
  let c: usize = 0;
  const nine = adds && rows == 3 && columns == 3;
  for (; c + 16 <= pixel; c += 16) {
    if (nine) b.nine(f32x4.mul(v128.load(dy + c), s), x + c, dx + c, line, pixel);
    else b.at<Four>(f32x4.mul(v128.load(dy + c), s), x + c, dx + c, line, pixel, rows, columns, adds);
  }
  if (c == pixel) return;
  const o = pixel - 16, done = c - o;
  let d = f32x4.mul(v128.load(dy + o), s);
  if (adds) d = v128.and(d, v128.load(LATE + 16 - done));
  if (nine) b.nine(d, x + o, dx + o, line, pixel);
  else b.at<Four>(d, x + o, dx + o, line, pixel, rows, columns, adds);
}

/** A row of windows of 2 by 2, side by side, with nothing between. */
@inline
function pairsBack<B>(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, columns: i32, scale: f32): void {
  const b = changetype<B>(0), s = f32x4.splat(scale);
  if (pixel == 4) {
    for (; columns >= 4; columns -= 4, dy += 16, x += 32, dx += 32) b.line(f32x4.mul(v128.load(dy), s), x, dx, line);
  }
  for (; columns > 0; columns--, dy += pixel, x += 2 * pixel, dx += 2 * pixel) {
    if (pixel < 16) {
      for (let c: usize = 0; c < pixel; c += 4) {
        b.four<One>(f32x4.mul(v128.load32_zero(dy + c), s), x + c, dx + c, line, pixel);
      }
    } else {
      for (let c: usize = 0; c < pixel; c += 16) {
        const o = min(c, pixel - 16);
        b.four<Four>(f32x4.mul(v128.load(dy + o), s), x + o, dx + o, line, pixel);
      }
    }
  }
}

export function maxWindowBack(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32, adds: bool): void { windowBack<MaxBack>(dy, x, dx, line, pixel, rows, columns, scale, adds); }
export function sumWindowBack(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, rows: i32, columns: i32, scale: f32, adds: bool): void { windowBack<SumBack>(dy, x, dx, line, pixel, rows, columns, scale, adds); }
export function maxPairsBack(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, columns: i32, scale: f32): void { pairsBack<MaxBack>(dy, x, dx, line, pixel, columns, scale); }
export function sumPairsBack(dy: usize, x: usize, dx: usize, line: usize, pixel: usize, columns: i32, scale: f32): void { pairsBack<SumBack>(dy, x, dx, line, pixel, columns, scale); }

/**
 * Back through pooling: rows of windows, begin to end of all [n, rows], with the pixels that belong
 * to them. Where windows overlap downwards (`whole`), one item is an image.
 */
@inline
function poolBack<B>(dy: usize, x: usize, dx: usize, meta: usize, begin: i32, end: i32): void {
  const b = changetype<B>(0);
  const height = load<i32>(meta), width = load<i32>(meta, 4), pixel = <usize>load<i32>(meta, 8) << 2;
  const rows = load<i32>(meta, 12), columns = load<i32>(meta, 16);
  const high = load<i32>(meta, 20), wide = load<i32>(meta, 24), down = load<i32>(meta, 28), across = load<i32>(meta, 32);
  const top = load<i32>(meta, 36), left = load<i32>(meta, 40), mean = load<i32>(meta, 44), whole = load<i32>(meta, 48);
  const line = <usize>width * pixel;
  // Windows that meet every pixel once replace what is there; else it is cleared and added to.
  const inside = top == 0 && left == 0 && rows * down <= height && columns * across == width;
  const tiled = inside && high == down && wide == across, paired = tiled && high == 2 && wide == 2;
  const each = whole ? rows : 1;
  for (let item = begin; item < end; item++) {
    const image = item * each / rows, i0 = item * each - image * rows, i1 = i0 + each;
    const f0 = i0 == 0 ? 0 : i0 * down - top, f1 = i1 == rows ? height : i1 * down - top;
    const origin = <usize>image * height * line;
    // Of what belongs to a row of windows, that below it, if any, is cleared in any case.
    const c0 = tiled ? i1 * down : f0;
    if (c0 < f1) memory.fill(dx + origin + <usize>c0 * line, 0, <usize>(f1 - c0) * line);
    for (let i = i0; i < i1; i++) {
      const first = i * down - top, r0 = max(0, first), r1 = min(height, first + high);
      const row = origin + <usize>r0 * line;
      let from = dy + <usize>(image * rows + i) * columns * pixel;
      if (paired) {
        b.pairs(from, x + row, dx + row, line, pixel, columns, mean ? 0.25 : 1);
      } else {
        for (let j = 0, c = -left; j < columns; j++, c += across, from += pixel) {
          const c0 = max(0, c), c1 = min(width, c + wide), at = row + <usize>c0 * pixel;
          const scale: f32 = mean ? 1 / <f32>((r1 - r0) * (c1 - c0)) : 1;
          b.window(from, x + at, dx + at, line, pixel, r1 - r0, c1 - c0, scale, !tiled);
        }
      }
    }
  }
}

export function maxPool2dBack(dy: usize, x: usize, dx: usize, meta: usize, begin: i32, end: i32): void { poolBack<MaxBack>(dy, x, dx, meta, begin, end); }
export function sumPool2dBack(dy: usize, dx: usize, meta: usize, begin: i32, end: i32): void { poolBack<SumBack>(dy, 0, dx, meta, begin, end); }
