// Updates of parameters, in one pass and in place. A tensor at address 0 is not there.
import { constant, fma } from "./math.as";

/** y[i] = a[i] + s b[i] for begin <= i < end. */
export function addScaled(a: usize, b: usize, y: usize, s: f32, begin: i32, end: i32): void {
  const S = f32x4.splat(s);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, fma(S, v128.load(b + i), v128.load(a + i)));
  }
}

/** From x the given share of the way to y. */
@inline
function towards(y: v128, x: v128, share: v128): v128 { return fma(share, f32x4.sub(y, x), x); }

/** Above 0, the least of these has all the bits of a float32. */
const SMALLEST: usize = memory.data<f32>([1.17549435082229e-38]);

/**
 * 0 in place of what is smaller than that; NaN stays. What is remembered of a weight whose gradient
 * has become 0 fades, but by rounding never to 0, and processors take tens of times as long over
 * numbers so small.
 */
@inline
function faded(x: v128, smallest: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), smallest));
}

/** Gradient descent, with momentum where there is a velocity u. */
export function sgdUpdate(
  w: usize, u: usize, g: usize,
  rate: f32, momentum: f32, nesterov: f32, decay: f32, begin: i32, end: i32,
): void {
  const L = constant(SMALLEST, 0);
  const R = f32x4.splat(-rate), D = f32x4.splat(-decay), M = f32x4.splat(momentum);
  const n = <usize>end << 2;
  if (u == 0) {
    for (let i = <usize>begin << 2; i < n; i += 16) {
      const W = v128.load(w + i);
      v128.store(w + i, fma(R, v128.load(g + i), fma(D, W, W)));
    }
    return;
  }
  for (let i = <usize>begin << 2; i < n; i += 16) {
    const W = v128.load(w + i), G = v128.load(g + i);
    let U = faded(fma(M, v128.load(u + i), f32x4.mul(R, G)), L);
    v128.store(u + i, U);
    if (nesterov != 0) U = fma(M, U, f32x4.mul(R, G));
    v128.store(w + i, f32x4.add(fma(D, W, W), U));
  }
}

/** RMSProp, centred where there is a mean a, with momentum where there is a velocity u. */
export function rmsPropUpdate(
  w: usize, v: usize, a: usize, u: usize, g: usize,
  rate: f32, share: f32, epsilon: f32, momentum: f32, decay: f32, begin: i32, end: i32,
): void {
  const L = constant(SMALLEST, 0);
  const R = f32x4.splat(rate), S = f32x4.splat(share), E = f32x4.splat(epsilon);
  const M = f32x4.splat(momentum), D = f32x4.splat(-decay);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    const W = v128.load(w + i), G = v128.load(g + i);
    let V = faded(towards(f32x4.mul(G, G), v128.load(v + i), S), L);
    v128.store(v + i, V);
    if (a != 0) {
      const A = faded(towards(G, v128.load(a + i), S), L);
      v128.store(a + i, A);
      V = f32x4.sub(V, f32x4.mul(A, A));
    }
    let step = f32x4.div(f32x4.mul(R, G), f32x4.sqrt(f32x4.add(V, E)));
    if (u != 0) {
      step = faded(fma(M, v128.load(u + i), step), L);
      v128.store(u + i, step);
    }
    v128.store(w + i, f32x4.sub(fma(D, W, W), step));
  }
}

/** Adam; AMSGrad where there is a maximum x. The shares are 1 - beta. */
export function adamUpdate(
  w: usize, m: usize, v: usize, x: usize, g: usize,
  rate: f32, share1: f32, share2: f32, epsilon: f32, decay: f32, begin: i32, end: i32,
): void {
  const L = constant(SMALLEST, 0);
  const R = f32x4.splat(rate), E = f32x4.splat(epsilon), D = f32x4.splat(-decay);
  const S1 = f32x4.splat(share1), S2 = f32x4.splat(share2);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    const W = v128.load(w + i), G = v128.load(g + i);
    const M = faded(towards(G, v128.load(m + i), S1), L);
    let V = faded(towards(f32x4.mul(G, G), v128.load(v + i), S2), L);
    v128.store(m + i, M);
    v128.store(v + i, V);
    if (x != 0) {
      V = f32x4.max(v128.load(x + i), V);
      v128.store(x + i, V);
    }
    const step = f32x4.div(f32x4.mul(R, M), f32x4.add(f32x4.sqrt(V), E));
    v128.store(w + i, f32x4.sub(fma(D, W, W), step));
  }
}
