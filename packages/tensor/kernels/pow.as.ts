// Powers of four numbers at once, computed two by two in f64: |a|^b = 2^(b log2 |a|).
import { choose, constant } from "./math.as";

const POW: usize = memory.data<f64>([
  // log2(m) = s (c0 + c1 s^2 + ...), s = (m - 1) / (m + 1), from sqrt(1/2) to sqrt(2): off by 2^-45.
  2.8853900817779268, 0.9617966940575796, 0.5770779532391498, 0.41220839822021038,
  0.31993487630530715, 0.2825388312597583,
  // 2^r = 1 + r (c0 + c1 r + ...) for |r| <= 1/2: off by 2^-34.
  0.6931471807047633, 0.24022651067002884, 0.05550410365393250, 0.009618038059654291,
  0.0013333935355082462, 0.00015466781514743633, 0.000015196134375016778,
  // sqrt(1/2) and 1, of which the bits are used; 2^52, whose last bits count ones; that plus 1023.
  0.7071067811865476, 1, 4503599627370496, 4503599627371519,
  // Powers of two beyond f32; and 1.5 * 2^52 + 1023: added to a number below 2^50 it leaves that as a
  // integer, plus 1023, in the low bits.
  -200, 200, 6755399441056767,
  Infinity, -Infinity,
]);
const EXACT: usize = memory.data<f32>([0.5, 1, -Infinity, -0.0]);

/** a * b + c. */
@inline
function fma2(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

@inline
function wide(i: usize): v128 { return v128.load64_splat(POW + (i << 3)); }

/** a^b for two numbers a >= 0, in f64. */
@inline
function power(a: v128, b: v128): v128 {
  const one = wide(14);
  // a = 2^k m; k + 1023 is where f64 has its exponent, once m is from sqrt(1/2) to sqrt(2).
  const k = i64x2.shr_u(i64x2.add(i64x2.sub(a, wide(13)), one), 52);
  const m = i64x2.add(i64x2.sub(a, i64x2.shl(k, 52)), one);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one)), square = f64x2.mul(s, s);
  let log = fma2(square, wide(5), wide(4));
  log = fma2(log, square, wide(3));
  log = fma2(log, square, wide(2));
  log = fma2(log, square, wide(1));
  log = fma2(log, square, wide(0));
  log = fma2(log, s, f64x2.sub(v128.or(k, wide(15)), wide(16)));
  // The logarithm of 0, of infinity and of NaN.
  log = choose(f64x2.lt(a, wide(20)), log, a);
  log = choose(f64x2.eq(a, f64x2.splat(0)), wide(21), log);
  const x = f64x2.pmax(f64x2.pmin(f64x2.mul(b, log), wide(18)), wide(17));
  const t = f64x2.add(x, wide(19)), r = f64x2.sub(x, f64x2.sub(t, wide(19)));
  let p = fma2(r, wide(12), wide(11));
  p = fma2(p, r, wide(10));
  p = fma2(p, r, wide(9));
  p = fma2(p, r, wide(8));
  p = fma2(p, r, wide(7));
  p = fma2(p, r, wide(6));
  return f64x2.mul(fma2(p, r, one), i64x2.shl(t, 52));
}

/** a^b, as in IEEE 754: a^0 and 1^b are 1 even for NaN; a negative a needs a whole b. */
export function pow4(a: v128, b: v128): v128 {
  const size = f32x4.abs(a), one = constant(EXACT, 1), half = f32x4.mul(b, constant(EXACT, 0));
  const low = power(f64x2.promote_low_f32x4(size), f64x2.promote_low_f32x4(b));
  const high = power(
    f64x2.promote_low_f32x4(v128.shuffle<f32>(size, size, 2, 3, 2, 3)),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3)),
  );
  let y = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  y = choose(v128.or(f32x4.eq(b, f32x4.splat(0)), f32x4.eq(size, one)), one, y);
  const whole = f32x4.eq(f32x4.trunc(b), b);
  const odd = v128.and(whole, f32x4.ne(f32x4.trunc(half), half));
  y = v128.xor(y, v128.and(v128.and(a, odd), constant(EXACT, 3)));
  const negative = v128.and(f32x4.lt(a, f32x4.splat(0)), f32x4.gt(a, constant(EXACT, 2)));
  // All bits set is NaN.
  return v128.or(y, v128.andnot(negative, whole));
}
