// Sine and cosine of four numbers at once.
import { choose, constant, fma } from "./math.as";

const SINE: usize = memory.data<f32>([
  // sin(r) = r + r^3 (c0 + c1 r^2 + ...) for |r| <= pi / 4: off by 2^-28.
  -0.16666655, 0.008332189, -0.00019518285,
  // cos(r) = 1 - r^2 / 2 + r^4 (c0 + c1 r^2 + ...): off by 2^-33.
  0.041666646, -0.0013887309, 0.000024432327,
  -0.5, 1,
  // 2^28, below which r is exact enough from two parts of pi / 2; and the sign alone.
  268435456, -0.0,
]);
const TURN: usize = memory.data<f64>([
  // 2 / pi; pi / 2 in two parts: an integer below 2^28 times the first is exact.
  0.6366197723675814, 1.5707963109016418, 1.5893254773528196e-8,
  // 1.5 * 2^52: added to a number below 2^31 it leaves that number as a whole one in the low bits.
  6755399441055744,
]);
/** The binary digits of 2 / pi after the point. */
const TWO_OVER_PI: usize = memory.data<u32>([
  0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
]);

@inline
function wide(i: usize): v128 { return v128.load64_splat(TURN + (i << 3)); }

/** The first or last two of four numbers in f64. */
@inline
function low(x: v128): v128 { return f64x2.promote_low_f32x4(x); }
@inline
function high(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)); }

/** Quarter turns, rounded, in the low bits; x counts radians. */
@inline
function quarters(x: v128): v128 { return f64x2.add(f64x2.mul(x, wide(0)), wide(3)); }

/** What is left of x radians without that many quarter turns. */
@inline
function withoutQuarters(x: v128, t: v128): v128 {
  const n = f64x2.sub(t, wide(3));
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, wide(1))), f64x2.mul(n, wide(2)));
}

/**
 * x, whose absolute value is 2^28 or more, in quarter turns times 2^62, modulo 2^64: the product of
 * its 24 digits and those 96 digits of 2 / pi that matter (Payne and Hanek, 1983).
 */
function hugeQuarters(x: f32): i64 {
  const bits = reinterpret<u32>(x);
  const exponent = (bits >> 23 & 255) - 150, digits = <u64>(bits & 0x7fffff | 0x800000);
  const from = exponent - 2, word = TWO_OVER_PI + (<usize>(from >> 5) << 2), shift = <u64>(from & 31);
  const first = <u64>load<u32>(word) << 32 | load<u32>(word, 4);
  const second = <u64>load<u32>(word, 8) << 32 | load<u32>(word, 12);
  const upper = first << shift | second >> 32 >> (32 - shift);
  const lower = second << shift >> 32;
  const product = digits * upper + (digits * lower >> 32);
  return x < 0 ? -<i64>product : <i64>product;
}

/** The sine of the number in one lane, whose absolute value is 2^28 or more, plus quarter turns. */
function hugeSine(x: f32, ahead: i32): f32 {
  if (!(abs(x) < Infinity)) return NaN;
  const product = hugeQuarters(x) + (<i64>ahead << 62);
  const quarter = product + (1 << 61) >> 62;
  const r = f32x4.splat(<f32>(<f64>(product - (quarter << 62)) * 3.4061215800865545e-19));
  return f32x4.extract_lane(sineOf(r, i32x4.splat(<i32>quarter)), 0);
}

/** sin(r + quarters pi / 2) for |r| <= pi / 4. */
@inline
function sineOf(r: v128, quarter: v128): v128 {
  const square = f32x4.mul(r, r), one = constant(SINE, 7);
  let sine = fma(square, constant(SINE, 2), constant(SINE, 1));
  sine = fma(sine, square, constant(SINE, 0));
  sine = fma(f32x4.mul(sine, square), r, r);
  sine = v128.or(sine, v128.and(r, constant(SINE, 9))); // -0 stays -0
  let cosine = fma(square, constant(SINE, 5), constant(SINE, 4));
  cosine = fma(cosine, square, constant(SINE, 3));
  cosine = fma(fma(cosine, square, constant(SINE, 6)), square, one);
  // An odd number of quarter turns gives the cosine, and two of them the negative.
  const odd = i32x4.shr_s(i32x4.shl(quarter, 31), 31);
  const sign = i32x4.shl(i32x4.shr_u(quarter, 1), 31);
  return v128.xor(choose(odd, cosine, sine), sign);
}

/** The sine, `ahead` quarter turns ahead. */
@inline
function sine(x: v128, ahead: i32): v128 {
  const a = low(x), b = high(x), s = quarters(a), t = quarters(b);
  const r = v128.shuffle<f32>(
    f32x4.demote_f64x2_zero(withoutQuarters(a, s)),
    f32x4.demote_f64x2_zero(withoutQuarters(b, t)), 0, 1, 4, 5,
  );
  const quarter = i32x4.add(v128.shuffle<i32>(s, t, 0, 2, 4, 6), i32x4.splat(ahead));
  let y = sineOf(r, quarter);
  const usual = f32x4.lt(f32x4.abs(x), constant(SINE, 8));
  if (!i32x4.all_true(usual)) {
    if (!i32x4.extract_lane(usual, 0)) y = f32x4.replace_lane(y, 0, hugeSine(f32x4.extract_lane(x, 0), ahead));
    if (!i32x4.extract_lane(usual, 1)) y = f32x4.replace_lane(y, 1, hugeSine(f32x4.extract_lane(x, 1), ahead));
    if (!i32x4.extract_lane(usual, 2)) y = f32x4.replace_lane(y, 2, hugeSine(f32x4.extract_lane(x, 2), ahead));
    if (!i32x4.extract_lane(usual, 3)) y = f32x4.replace_lane(y, 3, hugeSine(f32x4.extract_lane(x, 3), ahead));
  }
  return y;
}

/** sin(x). */
@inline
export function sin4(x: v128): v128 { return sine(x, 0); }

/** cos(x), a quarter turn ahead. */
@inline
export function cos4(x: v128): v128 { return sine(x, 1); }
