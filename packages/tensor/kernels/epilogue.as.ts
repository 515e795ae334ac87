// What is done to the result of a matrix product.
import { positivePart, sigmoid4, tanh4 } from "./math.as";

/** Numbers of the activations, as the runner gives them. */
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const TANH: i32 = 3;

/** f(z). */
@inline
export function activate(z: v128, activation: i32): v128 {
  if (activation == RELU) return positivePart(z);
  if (activation == SIGMOID) return sigmoid4(z);
  if (activation == TANH) return tanh4(z);
  return z;
}

/** y = f(y + bias), row by row, for one activation f; without a bias its address is 0. */
@inline
function rows(y: usize, bias: usize, n: i32, activation: i32, begin: i32, end: i32): void {
  const bytes = <usize>n << 2, whole = bytes & ~15;
  for (let row = begin; row < end; row++) {
    const p = y + <usize>row * bytes;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let z = v128.load(p + i);
      if (bias) z = f32x4.add(z, v128.load(bias + i));
      v128.store(p + i, activate(z, activation));
    }
    for (; i < bytes; i += 4) {
      let z = v128.load32_zero(p + i);
      if (bias) z = f32x4.add(z, v128.load32_zero(bias + i));
      v128.store_lane<f32>(p + i, activate(z, activation), 0);
    }
  }
}

/** Adds a bias to the rows from `begin` to `end - 1` and applies an activation. */
export function biasActivation(
  y: usize, bias: usize, n: i32, activation: i32, begin: i32, end: i32,
): void {
  if (activation == RELU) rows(y, bias, n, RELU, begin, end);
  else if (activation == SIGMOID) rows(y, bias, n, SIGMOID, begin, end);
  else if (activation == TANH) rows(y, bias, n, TANH, begin, end);
  else rows(y, bias, n, 0, begin, end);
}
