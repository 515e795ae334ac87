// Losses over whole tensors, and their gradients.
import { fma } from "./math.as";
import { loadTail } from "./reduce.as";

/** acc + (a - b)^2. */
@inline
function squared(acc: v128, a: v128, b: v128): v128 {
  const d = f32x4.sub(a, b);
  return fma(d, d, acc);
}

/** Both halves of a vector, in f64, added to a sum. */
@inline
function widen(sum: v128, x: v128): v128 {
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(x), high));
}

/**
 * The sum of n squared differences: 32 in f32, four vectors that do not wait for each other, then in
 * f64.
 */
export function squaredErrorBlock(a: usize, b: usize, n: i32): f64 {
  const zero = f32x4.splat(0);
  let sum = f64x2.splat(0);
  for (; n >= 32; n -= 32, a += 128, b += 128) {
    let p = squared(zero, v128.load(a), v128.load(b));
    let q = squared(zero, v128.load(a, 16), v128.load(b, 16));
    let r = squared(zero, v128.load(a, 32), v128.load(b, 32));
    let s = squared(zero, v128.load(a, 48), v128.load(b, 48));
    p = squared(p, v128.load(a, 64), v128.load(b, 64));
    q = squared(q, v128.load(a, 80), v128.load(b, 80));
    r = squared(r, v128.load(a, 96), v128.load(b, 96));
    s = squared(s, v128.load(a, 112), v128.load(b, 112));
    sum = widen(sum, f32x4.add(f32x4.add(p, q), f32x4.add(r, s)));
  }
  for (; n >= 4; n -= 4, a += 16, b += 16) {
    sum = widen(sum, squared(zero, v128.load(a), v128.load(b)));
  }
  if (n > 0) sum = widen(sum, squared(zero, loadTail(a, n, zero), loadTail(b, n, zero)));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** y[i] = the sum of the squared differences in block i, for the blocks from begin to end of n numbers. */
export function squaredError(
  a: usize, b: usize, y: usize, n: i32, block: i32, begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const first = i * block, at = <usize>first << 2;
    store<f32>(y + (<usize>i << 2), <f32>squaredErrorBlock(a + at, b + at, min(block, n - first)));
  }
}

/** y[i] = s (a[i] - b[i]) for begin <= i < end; s is in memory. */
export function scaledDifference(a: usize, b: usize, s: usize, y: usize, begin: i32, end: i32): void {
  const S = v128.load32_splat(s);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, f32x4.mul(S, f32x4.sub(v128.load(a + i), v128.load(b + i))));
  }
}
