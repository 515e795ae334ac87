// Inverse trigonometric and hyperbolic functions of four numbers at once. None of them is inlined: they
// are seldom used, and the module stays small.
import { choose, constant, exp4, expm1Negative4, fma, log1p4, log4, withSign } from "./math.as";

const ARC: usize = memory.data<f32>([
  // atan(x) = x + x^3 (c0 + c1 x^2 + ...) for |x| <= tan(pi / 8): off by 2^-25.
  -0.3333295, 0.1997771, -0.13877678, 0.0805372,
  // tan(pi / 8) and tan(3 pi / 8), the ends of the middle part; pi / 4 and pi / 2.
  0.41421356, 2.4142135, 0.7853982, 1.5707964,
  // 1, 1/2, 2; 4096, from where 1 is nothing beside x^2; log(2).
  1, 0.5, 2, 4096, 0.6931472,
]);

/** The arc tangent of |x|, with the sign of x. */
function atan4(x: v128): v128 {
  const a = f32x4.abs(x), one = constant(ARC, 8);
  const middle = f32x4.gt(a, constant(ARC, 4)), far = f32x4.gt(a, constant(ARC, 5));
  // Turned by pi / 4 or pi / 2 to where the polynomial holds.
  const upper = choose(far, f32x4.neg(one), choose(middle, f32x4.sub(a, one), a));
  const lower = choose(far, a, choose(middle, f32x4.add(a, one), one));
  const r = f32x4.div(upper, lower), square = f32x4.mul(r, r);
  let p = fma(square, constant(ARC, 3), constant(ARC, 2));
  p = fma(p, square, constant(ARC, 1));
  p = fma(p, square, constant(ARC, 0));
  const turned = choose(far, constant(ARC, 7), v128.and(middle, constant(ARC, 6)));
  return withSign(f32x4.add(turned, fma(f32x4.mul(p, square), r, r)), x);
}

/** atan(x / sqrt((1 - x)(1 + x))), which is NaN beyond 1. */
function asin4(x: v128): v128 {
  const one = constant(ARC, 8);
  return atan4(f32x4.div(x, f32x4.sqrt(f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x)))));
}

/** 2 atan(sqrt((1 - x) / (1 + x))). */
function acos4(x: v128): v128 {
  const one = constant(ARC, 8);
  return f32x4.mul(constant(ARC, 10), atan4(f32x4.sqrt(f32x4.div(f32x4.sub(one, x), f32x4.add(one, x)))));
}

/**
 * With m = e^-|x| - 1 it is -m (2 + m) / (2 (1 + m)), which keeps its digits up to 1; beyond it is
 * (h^2 - h^-2) / 2 with h = e^(|x| / 2).
 */
function sinh4(x: v128): v128 {
  const a = f32x4.abs(x), m = expm1Negative4(f32x4.neg(a)), two = constant(ARC, 10);
  const near = f32x4.div(
    f32x4.mul(f32x4.neg(m), f32x4.add(two, m)),
    f32x4.mul(two, f32x4.add(constant(ARC, 8), m)),
  );
  const half = constant(ARC, 9), root = exp4(f32x4.mul(half, a));
  const far = f32x4.sub(f32x4.mul(f32x4.mul(half, root), root), f32x4.div(f32x4.div(half, root), root));
  return withSign(choose(f32x4.gt(a, constant(ARC, 8)), far, near), x);
}

/** (h^2 + h^-2) / 2 with h = e^(|x| / 2), which does not overflow before its time. */
function cosh4(x: v128): v128 {
  const half = constant(ARC, 9), root = exp4(f32x4.mul(half, f32x4.abs(x)));
  return f32x4.add(f32x4.mul(f32x4.mul(half, root), root), f32x4.div(f32x4.div(half, root), root));
}

function logarithm(x: v128): v128 { return log4(x); }
function logarithmFrom1(x: v128): v128 { return log1p4(x); }

/** log(a + sqrt(a^2 + 1)) of a = |x|, as log1p(a + a^2 / (1 + sqrt(a^2 + 1))). */
function asinh4(x: v128): v128 {
  const a = f32x4.abs(x), square = f32x4.mul(a, a), one = constant(ARC, 8);
  const root = f32x4.add(one, f32x4.sqrt(f32x4.add(square, one)));
  const near = logarithmFrom1(f32x4.add(a, f32x4.div(square, root)));
  const far = f32x4.add(logarithm(a), constant(ARC, 12));
  return withSign(choose(f32x4.gt(a, constant(ARC, 11)), far, near), x);
}

/** log(x + sqrt(x^2 - 1)), as log1p(t + sqrt(t (t + 2))) of t = x - 1; NaN below 1. */
function acosh4(x: v128): v128 {
  const one = constant(ARC, 8), t = f32x4.sub(x, one);
  const near = logarithmFrom1(f32x4.add(t, f32x4.sqrt(f32x4.mul(t, f32x4.add(t, constant(ARC, 10))))));
  const far = f32x4.add(logarithm(x), constant(ARC, 12));
  // All bits set is NaN.
  return v128.or(choose(f32x4.gt(x, constant(ARC, 11)), far, near), f32x4.lt(x, one));
}

/** log((1 + a) / (1 - a)) / 2 of a = |x|, as log1p(2 a / (1 - a)) / 2; NaN beyond 1. */
function atanh4(x: v128): v128 {
  const a = f32x4.abs(x), ratio = f32x4.div(f32x4.add(a, a), f32x4.sub(constant(ARC, 8), a));
  return withSign(f32x4.mul(constant(ARC, 9), logarithmFrom1(ratio)), x);
}

/** Applies a function of its own to four numbers after the other. */
@inline
function each(x: usize, y: usize, begin: i32, end: i32, f: (x: v128) => v128): void {
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) v128.store(y + i, f(v128.load(x + i)));
}

export function asin(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, asin4); }
export function acos(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, acos4); }
export function atan(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, atan4); }
export function sinh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, sinh4); }
export function cosh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, cosh4); }
export function asinh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, asinh4); }
export function acosh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, acosh4); }
export function atanh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { each(x, y, begin, end, atanh4); }
