// Functions of four numbers at once: exponentials, logarithms and what is made of them.
//
// Polynomials are minimax fits for the relative error, found with Sollya, with coefficients that are
// f32 numbers; what each is off by is written above it. What the whole functions are off by is stated
// and measured in `ops/accuracy_test.ts`.
//
// Constants stand in tables in memory. V8 makes a constant vector anew in every turn of a loop,
// which takes longer than to load a number into all lanes: exp4 is twice as fast like this.

/** a * b + c, rounded once where the machine has a fused multiply-add. */
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Number i of a table, in all lanes. */
@inline
export function constant(table: usize, i: usize): v128 { return v128.load32_splat(table + (i << 2)); }

/** The number whose only bit is the sign; and 1. */
const SIGN: usize = memory.data<f32>([-0.0]);
export const ONE: usize = memory.data<f32>([1]);

/** a where the mask is set, else b. */
@inline
export function choose(mask: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, mask); }

/** The absolute value of a with the sign of b. */
@inline
export function withSign(a: v128, b: v128): v128 { return v128.bitselect(b, a, constant(SIGN, 0)); }

/** -|x|. */
@inline
export function negAbs(x: v128): v128 { return v128.or(x, constant(SIGN, 0)); }

/** max(x, 0); NaN stays. */
@inline
export function positivePart(x: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); }

const EXP: usize = memory.data<f32>([
  // e^r - 1 = r + r^2 (c0 + c1 r + ...) for |r| <= log(2) / 2: off by 2^-26.
  0.49999997, 0.16666543, 0.0416675, 0.008366539, 0.0013864556,
  // log2(e), and log(2) in two parts: an integer below 2^15 times the first is exact.
  1.44269504, -0.693359375, 2.12194440e-4,
  // 1.5 * 2^23 + 254: added to a number below 2^22 it leaves that number as a whole one, plus 254,
  // in the low bits. The same plus 127.
  12583166, 12583039,
  // Below the first argument e^x is 0, above the second it is infinite; below the third it is
  // nothing beside 1.
  -104, 89, -20,
  // 1; below minus this argument, too, sigmoid is 0; 2^127, whose exponent is the sum of those of any
  // power of two and its reciprocal.
  1, 104, 1.7014118346046923e38,
]);

/** The polynomial c0 + c1 r + ... */
@inline
function expPolynomial(r: v128): v128 {
  let p = fma(r, constant(EXP, 4), constant(EXP, 3));
  p = fma(p, r, constant(EXP, 2));
  p = fma(p, r, constant(EXP, 1));
  return fma(p, r, constant(EXP, 0));
}

/** e^(x - n log(2)) - 1, for the n that leaves least. */
@inline
function expm1Rest(x: v128, n: v128): v128 {
  const r = fma(n, constant(EXP, 7), fma(n, constant(EXP, 6), x));
  return fma(expPolynomial(r), f32x4.mul(r, r), r);
}

/** p 2^n for n from -254 to 254, where t is n + 254 in the low bits; rounded once. */
@inline
function timesPower(p: v128, t: v128): v128 {
  // 2^n is the product of two powers, each within the range of exponents.
  const half = i32x4.shr_u(t, 1);
  return f32x4.mul(f32x4.mul(p, i32x4.shl(half, 23)), i32x4.shl(i32x4.sub(t, half), 23));
}

/** e^x for x from -104 to 89. */
@inline
function expWithin(x: v128): v128 {
  const t = fma(x, constant(EXP, 5), constant(EXP, 8));
  return timesPower(f32x4.add(expm1Rest(x, f32x4.sub(t, constant(EXP, 8))), constant(EXP, 13)), t);
}

/** e^x. */
@inline
export function exp4(x: v128): v128 {
  return expWithin(f32x4.pmax(f32x4.pmin(x, constant(EXP, 11)), constant(EXP, 10)));
}

/** e^x for x <= 0, which needs one step less. */
@inline
export function expNegative4(x: v128): v128 { return expWithin(f32x4.pmax(x, constant(EXP, 10))); }

/** scale e^(x + y) for x from -104 to 89 and |y| below 0.1, rounded once where it is denormal. */
@inline
export function scaledExp4(x: v128, y: v128, scale: v128): v128 {
  const t = fma(x, constant(EXP, 5), constant(EXP, 8)), n = f32x4.sub(t, constant(EXP, 8));
  const r = f32x4.add(fma(n, constant(EXP, 6), x), fma(n, constant(EXP, 7), y));
  const p = fma(expPolynomial(r), f32x4.mul(r, r), r);
  return timesPower(fma(p, scale, scale), t);
}

/** e^x - 1 for x <= 0. */
@inline
export function expm1Negative4(x: v128): v128 {
  x = f32x4.pmax(x, constant(EXP, 12));
  const t = fma(x, constant(EXP, 5), constant(EXP, 9));
  const p = expm1Rest(x, f32x4.sub(t, constant(EXP, 9))), power = i32x4.shl(t, 23);
  return fma(power, p, f32x4.sub(power, constant(EXP, 13)));
}

/**
 * 1 / (1 + e^-x) with e^-x = a b (1 + p), powers of two a and b: (1 / a) / (b p + (b + 1 / a)). All
 * products are exact, so the denominator is rounded but once.
 */
@inline
export function sigmoid4(x: v128): v128 {
  const z = f32x4.pmax(f32x4.pmin(f32x4.neg(x), constant(EXP, 14)), constant(EXP, 10));
  const t = fma(z, constant(EXP, 5), constant(EXP, 8));
  const p = expm1Rest(z, f32x4.sub(t, constant(EXP, 8)));
  const half = i32x4.shr_u(t, 1), b = i32x4.shl(i32x4.sub(t, half), 23);
  const upper = i32x4.sub(constant(EXP, 15), i32x4.shl(half, 23));
  // What b + 1 / a loses in rounding; nothing unless b a is 2^24 or more.
  const sum = f32x4.add(b, upper), lost = f32x4.sub(upper, f32x4.sub(sum, b));
  return f32x4.div(upper, f32x4.add(fma(b, p, lost), sum));
}

/**
 * tanh |x| = (1 - e) / (1 + e) with e = e^(-2|x|) = 2^n (1 + p); both sides are rounded once, and
 * the upper one keeps its digits near 0.
 */
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.pmax(negAbs(f32x4.add(x, x)), constant(EXP, 12)), one = constant(EXP, 13);
  const t = fma(z, constant(EXP, 5), constant(EXP, 9));
  const p = expm1Rest(z, f32x4.sub(t, constant(EXP, 9))), power = i32x4.shl(t, 23);
  const upper = fma(power, p, f32x4.sub(power, one)), lower = fma(power, p, f32x4.add(power, one));
  return withSign(f32x4.div(upper, lower), x);
}

const LOG: usize = memory.data<f32>([
  // log(1 + f) = f - f^2 / 2 + f^3 (c0 + c1 f + ...) from sqrt(1/2) to sqrt(2): off by 2^-26.7.
  0.33333275, -0.25000796, 0.20004311, -0.16626267, 0.14150462, -0.13088742, 0.13032317, -0.081148669,
  // -1/2, and log(2) in two parts.
  -0.5, 0.693359375, -2.12194440e-4,
  // The smallest normal number, 2^23, and 23.
  1.17549435e-38, 8388608, 23,
  // sqrt(1/2), 1, sqrt(2) - 1, 1/2.
  0.70710678, 1, 0.41421356, 0.5,
  Infinity, -Infinity,
]);

/** log(2^k (1 + f)) for 1 + f from sqrt(1/2) to sqrt(2). */
@inline
function logParts(f: v128, k: v128): v128 {
  let p = fma(f, constant(LOG, 7), constant(LOG, 6));
  p = fma(p, f, constant(LOG, 5));
  p = fma(p, f, constant(LOG, 4));
  p = fma(p, f, constant(LOG, 3));
  p = fma(p, f, constant(LOG, 2));
  p = fma(p, f, constant(LOG, 1));
  p = fma(p, f, constant(LOG, 0));
  const square = f32x4.mul(f, f);
  // From the smallest term to the largest.
  let y = fma(k, constant(LOG, 10), f32x4.mul(f32x4.mul(f, square), p));
  y = fma(square, constant(LOG, 8), y);
  return fma(k, constant(LOG, 9), f32x4.add(f, y));
}

/** The k with which x / 2^k is from sqrt(1/2) to sqrt(2), as integers. */
@inline
function exponent(x: v128): v128 { return i32x4.shr_s(i32x4.sub(x, constant(LOG, 14)), 23); }

/** The value y of the logarithm where x is positive and finite, else what belongs there. */
@inline
function logLimits(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  y = choose(f32x4.eq(x, constant(LOG, 18)), x, y);
  // All bits set is NaN.
  return choose(f32x4.gt(x, zero), y, v128.or(f32x4.ne(x, zero), constant(LOG, 19)));
}

/** log(x). */
@inline
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, constant(LOG, 11));
  const normal = choose(tiny, f32x4.mul(x, constant(LOG, 12)), x);
  const k = exponent(normal);
  const f = f32x4.sub(i32x4.sub(normal, i32x4.shl(k, 23)), constant(LOG, 15));
  const shift = v128.and(tiny, constant(LOG, 13));
  return logLimits(x, logParts(f, f32x4.sub(f32x4.convert_i32x4_s(k), shift)));
}

/** log(1 + x). */
@inline
export function log1p4(x: v128): v128 {
  const one = constant(LOG, 15), u = f32x4.add(x, one);
  // What 1 + x lost in rounding.
  const back = f32x4.sub(u, one);
  const lost = f32x4.add(f32x4.sub(one, f32x4.sub(u, back)), f32x4.sub(x, back));
  const k = exponent(u), power = i32x4.shl(k, 23);
  // What was lost, too, is divided by 2^k; where k is 128, 1 / 2^k counts as 0.
  const reciprocal = i32x4.max_s(i32x4.sub(one, power), i32x4.splat(0));
  const f = fma(lost, reciprocal, f32x4.sub(i32x4.sub(u, power), one));
  return withSign(logLimits(u, logParts(f, f32x4.convert_i32x4_s(k))), x);
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
@inline
export function softplus4(x: v128): v128 {
  const one = constant(LOG, 15), e = expNegative4(negAbs(x));
  const large = f32x4.gt(e, constant(LOG, 16));
  const f = choose(large, f32x4.mul(f32x4.sub(e, one), constant(LOG, 17)), e);
  return f32x4.add(positivePart(x), logParts(f, v128.and(large, one)));
}
