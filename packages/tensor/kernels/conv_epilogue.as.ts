// What is done to the result of a convolution where its kernel has not done it on the way.
import { activate, RELU, SIGMOID, TANH } from "./epilogue.as";
import { Four, One } from "./lanes.as";
import { fma } from "./math.as";

/** y = f(y scale + shift + residual) for one number of each, or four. */
@inline
function finish<L>(
  y: usize, scale: usize, shift: usize, residual: usize, activation: i32,
): void {
  const l = changetype<L>(0);
  let z = l.load(y);
  if (scale) z = fma(z, l.load(scale), shift ? l.load(shift) : f32x4.splat(0));
  else if (shift) z = f32x4.add(z, l.load(shift));
  if (residual) z = f32x4.add(z, l.load(residual));
  l.store(y, activate(z, activation));
}

/** The same for one row of `bytes` bytes, for one activation. */
@inline
function finishRow(y: usize, scale: usize, shift: usize, residual: usize, bytes: usize, activation: i32): void {
  let i: usize = 0;
  for (const whole = bytes & ~15; i < whole; i += 16) {
    finish<Four>(y + i, scale ? scale + i : 0, shift ? shift + i : 0, residual ? residual + i : 0, activation);
  }
  for (; i < bytes; i += 4) {
    finish<One>(y + i, scale ? scale + i : 0, shift ? shift + i : 0, residual ? residual + i : 0, activation);
  }
}

/** `count` numbers of a row; a function of its own, which the engine compiles early. */
export function finishSome(y: usize, scale: usize, shift: usize, residual: usize, count: i32, activation: i32): void {
  const bytes = <usize>count << 2;
  if (activation == RELU) finishRow(y, scale, shift, residual, bytes, RELU);
  else if (activation == SIGMOID) finishRow(y, scale, shift, residual, bytes, SIGMOID);
  else if (activation == TANH) finishRow(y, scale, shift, residual, bytes, TANH);
  else finishRow(y, scale, shift, residual, bytes, 0);
}

/** y = f(y scale + shift + residual) for rows of n channels, in place; what is not there is 0. */
export function finishChannels(
  y: usize, scale: usize, shift: usize, residual: usize, n: i32, activation: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>n << 2;
    finishSome(y + at, scale, shift, residual ? residual + at : 0, n, activation);
  }
}
