// The error function, and the Gaussian error linear unit, of four numbers at once.
import { choose, constant, expm1Negative4, fma, positivePart, scaledExp4, withSign } from "./math.as";

const ERF: usize = memory.data<f32>([
  // erf(x) = x + x (c0 + c1 x^2 + ...) for |x| <= 1: off by 2^-29.
  0.12837917, -0.37612626, 0.11283579, -0.026853347, 0.0051871622, -0.00079978531, 0.000078069039,
  // erf(x) = 1 - e^-(c0 + c1 x + ...) from 1 to 3.95: off by 2^-29. The coefficients' negatives.
  -0.00034152321, -1.1270891, -0.63814497, -0.10310661, 0.021838002, -0.0029476313, 0.0001863803,
  // The limit of the first, and where 1 is reached.
  1, 3.95,
]);

/** erf(x). */
@inline
export function erf4(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let near = fma(square, constant(ERF, 6), constant(ERF, 5));
  near = fma(near, square, constant(ERF, 4));
  near = fma(near, square, constant(ERF, 3));
  near = fma(near, square, constant(ERF, 2));
  near = fma(near, square, constant(ERF, 1));
  near = fma(near, square, constant(ERF, 0));
  const a = f32x4.pmin(f32x4.abs(x), constant(ERF, 15));
  let far = fma(a, constant(ERF, 13), constant(ERF, 12));
  far = fma(far, a, constant(ERF, 11));
  far = fma(far, a, constant(ERF, 10));
  far = fma(far, a, constant(ERF, 9));
  far = fma(far, a, constant(ERF, 8));
  far = fma(far, a, constant(ERF, 7));
  const small = f32x4.lt(a, constant(ERF, 14));
  return choose(small, fma(near, x, x), withSign(expm1Negative4(far), x));
}

const TAIL: usize = memory.data<f32>([
  // e^(a^2 / 2) Phi(-a) = (c0 + c1 a + ... + c4 a^4) / (1 + c5 a + ... + c9 a^5) from 0 to 14.5, where
  // a Phi(-a) is 0: off by 2^-26.
  0.5, 0.43829083, 0.18323183, 0.04063204, 0.0041161105,
  1.6744666, 1.20249, 0.46946183, 0.10185587, 0.010317439,
  1, 14.5, -0.5,
]);
/** All but the last 12 bits: the square of such a number is exact. */
const UPPER_HALF: i32 = 0xfffff000;

/**
 * x Phi(x) = max(x, 0) - a Phi(-a) with a = |x| and Phi the normal distribution. The square in
 * e^(-a^2 / 2) is taken in two parts, h^2 and (a - h)(a + h), so that small results are exact too.
 */
@inline
export function gelu4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), constant(TAIL, 11));
  let upper = fma(a, constant(TAIL, 4), constant(TAIL, 3));
  upper = fma(upper, a, constant(TAIL, 2));
  upper = fma(upper, a, constant(TAIL, 1));
  upper = fma(upper, a, constant(TAIL, 0));
  let lower = fma(a, constant(TAIL, 9), constant(TAIL, 8));
  lower = fma(lower, a, constant(TAIL, 7));
  lower = fma(lower, a, constant(TAIL, 6));
  lower = fma(lower, a, constant(TAIL, 5));
  lower = fma(lower, a, constant(TAIL, 10));
  const h = v128.and(a, i32x4.splat(UPPER_HALF)), half = constant(TAIL, 12);
  const high = f32x4.mul(f32x4.mul(h, h), half);
  const low = f32x4.mul(f32x4.mul(f32x4.sub(a, h), f32x4.add(a, h)), half);
  const lost = scaledExp4(high, low, f32x4.div(f32x4.mul(upper, a), lower));
  return f32x4.sub(positivePart(x), lost);
}
