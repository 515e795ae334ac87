// Local response normalisation: rows of channels, each channel divided by a power of
// s = bias + alpha times the sum of the squares of its neighbours and itself.
//
// An item of the work is a number of rows. It has a place for two lists of channels, with `radius`
// zeros before and after, from which the sums over neighbours are read.
import { Four, One } from "./lanes.as";
import { fma } from "./math.as";
import { pow4 } from "./pow.as";

/** The sum over the neighbours of the four channels, or the one, whose own place is at + radius. */
@inline
function neighbours<L>(at: usize, radius: i32): v128 {
  const l = changetype<L>(0);
  let sum = l.load(at);
  for (let end = at + (<usize>radius << 3); at < end;) {
    at += 4;
    sum = f32x4.add(sum, l.load(at));
  }
  return sum;
}

/** s^-beta. */
@inline
function inhibition(s: v128, beta: f32): v128 {
  const one = f32x4.splat(1);
  if (beta == 0.5) return f32x4.div(one, f32x4.sqrt(s));
  if (beta == 0.75) {
    const root = f32x4.sqrt(s);
    return f32x4.div(one, f32x4.mul(root, f32x4.sqrt(root)));
  }
  return pow4(s, f32x4.splat(-beta));
}

@inline
function square<L>(x: usize, list: usize): void {
  const l = changetype<L>(0), v = l.load(x);
  l.store(list, f32x4.mul(v, v));
}

/** Four channels or one: y = x s^-beta. */
@inline
function respond<L>(x: usize, y: usize, squares: usize, radius: i32, bias: f32, alpha: f32, beta: f32): void {
  const l = changetype<L>(0);
  const s = fma(f32x4.splat(alpha), neighbours<L>(squares, radius), f32x4.splat(bias));
  l.store(y, f32x4.mul(l.load(x), inhibition(s, beta)));
}

/** The first part of the backward pass: dx = dy s^-beta; the terms are dy x s^(-beta - 1). */
@inline
function passBack<L>(
  dy: usize, x: usize, dx: usize, squares: usize, term: usize, radius: i32, bias: f32, alpha: f32, beta: f32,
): void {
  const l = changetype<L>(0);
  const s = fma(f32x4.splat(alpha), neighbours<L>(squares, radius), f32x4.splat(bias));
  const direct = f32x4.mul(l.load(dy), inhibition(s, beta));
  l.store(dx, direct);
  l.store(term, f32x4.div(f32x4.mul(direct, l.load(x)), s));
}

/** The second part: what comes through the neighbours is taken off, `factor` being -2 alpha beta. */
@inline
function takeOff<L>(x: usize, direct: v128, dx: usize, terms: usize, radius: i32, factor: f32): void {
  const l = changetype<L>(0);
  l.store(dx, fma(f32x4.mul(l.load(x), neighbours<L>(terms, radius)), f32x4.splat(factor), direct));
}

/** One row of `bytes` channels; `list` are the squares, behind `pad` bytes of zeros. */
export function responseRow(
  x: usize, y: usize, list: usize, bytes: usize, radius: i32, bias: f32, alpha: f32, beta: f32,
): void {
  const own = list + (<usize>radius << 2);
  if (bytes < 16) {
    for (let c: usize = 0; c < bytes; c += 4) square<One>(x + c, own + c);
    for (let c: usize = 0; c < bytes; c += 4) respond<One>(x + c, y + c, list + c, radius, bias, alpha, beta);
  } else {
    // The last four channels overlap those before; what is written twice is the same.
    const last = bytes - 16;
    for (let c: usize = 0; c < bytes; c += 16) square<Four>(x + min(c, last), own + min(c, last));
    for (let c: usize = 0; c < bytes; c += 16) {
      const o = min(c, last);
      respond<Four>(x + o, y + o, list + o, radius, bias, alpha, beta);
    }
  }
}

/** The backward pass of one row; `terms` are a second list. */
export function responseRowBack(
  dy: usize, x: usize, dx: usize, list: usize, terms: usize, bytes: usize, radius: i32, bias: f32, alpha: f32, beta: f32,
): void {
  const own = <usize>radius << 2;
  const factor: f32 = -2.0 * alpha * beta;
  if (bytes < 16) {
    for (let c: usize = 0; c < bytes; c += 4) square<One>(x + c, list + own + c);
    for (let c: usize = 0; c < bytes; c += 4) {
      passBack<One>(dy + c, x + c, dx + c, list + c, terms + own + c, radius, bias, alpha, beta);
    }
    for (let c: usize = 0; c < bytes; c += 4) {
      takeOff<One>(x + c, v128.load32_zero(dx + c), dx + c, terms + c, radius, factor);
    }
  } else {
    const last = bytes - 16;
    for (let c: usize = 0; c < bytes; c += 16) square<Four>(x + min(c, last), list + own + min(c, last));
    for (let c: usize = 0; c < bytes; c += 16) {
      const o = min(c, last);
      passBack<Four>(dy + o, x + o, dx + o, list + o, terms + own + o, radius, bias, alpha, beta);
    }
    // Read before the four channels that they overlap are changed.
    const direct = v128.load(dx + last);
    for (let c: usize = 0; c < bytes; c += 16) {
      const o = min(c, last);
      takeOff<Four>(x + o, o == last ? direct : v128.load(dx + o), dx + o, terms + o, radius, factor);
    }
  }
}

/** Items begin to end, each of `each` of the rows; `place` has `room` bytes for each list. */
export function localResponseNormalization(
  x: usize, y: usize, place: usize, room: i32, rows: i32, each: i32, channels: i32, radius: i32,
  bias: f32, alpha: f32, beta: f32, begin: i32, end: i32,
): void {
  const bytes = <usize>channels << 2;
  for (let item = begin; item < end; item++) {
    const list = place + <usize>item * room * 2;
    memory.fill(list, 0, room);
    for (let row = item * each, last = min(rows, row + each); row < last; row++) {
      responseRow(x + <usize>row * bytes, y + <usize>row * bytes, list, bytes, radius, bias, alpha, beta);
    }
  }
}

/** The backward pass, in the same items. */
export function localResponseNormalizationGradient(
  dy: usize, x: usize, dx: usize, place: usize, room: i32, rows: i32, each: i32, channels: i32, radius: i32,
  bias: f32, alpha: f32, beta: f32, begin: i32, end: i32,
): void {
  const bytes = <usize>channels << 2;
  for (let item = begin; item < end; item++) {
    const list = place + <usize>item * room * 2, terms = list + room;
    memory.fill(list, 0, 2 * room);
    for (let row = item * each, last = min(rows, row + each); row < last; row++) {
      const at = <usize>row * bytes;
      responseRowBack(dy + at, x + at, dx + at, list, terms, bytes, radius, bias, alpha, beta);
    }
  }
}
