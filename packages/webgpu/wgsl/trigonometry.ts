/** Trigonometric and hyperbolic functions and their inverses. */

/** The binary digits of 2 / pi after the point. */
const TWO_OVER_PI = [
  0xa2f9836e,
  0x4e441529,
  0xfc2757d1,
  0xf534ddc0,
  0xdb629599,
  0x3c439041,
  0xfe5163ab,
  0xdebbc561,
];

export const TRIGONOMETRY: Readonly<Record<string, string>> = {
  /** The sine, or a quarter turn ahead the cosine, of r + quarters pi / 2 for |r| <= pi / 4. */
  sineOf: `fn sineOf(r: f32, quarters: i32) -> f32 {
  let square = r * r;
  var sine = fma(square, -0.00019518285, 0.008332189);
  sine = fma(sine, square, -0.16666655);
  sine = fma(sine * square, r, r);
  var cosine = fma(square, 0.000024432327, -0.0013887309);
  cosine = fma(cosine, square, 0.041666646);
  cosine = fma(fma(cosine, square, -0.5), square, 1.0);
  let y = select(select(sine, r, isZero(r)), cosine, (quarters & 1) == 1);
  return bitcast<f32>(bitcast<u32>(y) ^ (u32(quarters & 2) << 30u));
}`,
  /**
   * The sine of a number of 512 or more, whose product with 2 / pi is taken digit by digit (Payne and
   * Hanek, 1983): 24 digits of x by the 96 of 2 / pi that matter, modulo four quarter turns.
   */
  hugeSine: `const TWO_OVER_PI = array<u32, 8>(${TWO_OVER_PI.map((n) => `${n}u`).join(", ")});
fn hugeSine(x: f32, ahead: i32) -> f32 {
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  if (bits >= 0x7f800000u) { return withBits(0x7fc00000u); }
  let digits = (bits & 0x7fffffu) | 0x800000u;
  // x = digits 2^e; the digits of 2 / pi before place e - 2 give whole turns.
  let e = i32(bits >> 23u) - 150;
  let begin = e - 2;
  var table = TWO_OVER_PI;
  var part = array<u32, 3>(0u, 0u, 0u);
  for (var k = 0; k < 3; k++) {
    let at = begin + 32 * k;
    let word = at >> 5u;
    let shift = u32(at & 31);
    let first = select(0u, table[max(word, 0)], word >= 0);
    let second = select(0u, table[max(word + 1, 0)], word >= -1);
    part[k] = select(first, (first << shift) | (second >> (32u - shift)), shift > 0u);
  }
  let low = multiply(digits, part[2]);
  let middle = multiply(digits, part[1]);
  var lower = middle.x + low.y;
  var upper = digits * part[0] + middle.y + select(0u, 1u, lower < middle.x);
  if (x < 0.0) {
    lower = ~lower + 1u;
    upper = ~upper + select(0u, 1u, lower == 0u);
  }
  // Quarter turns times 2^62; what is left beside the nearest integer of them.
  let quarters = i32((upper + 0x20000000u) >> 30u);
  let rest = i32(upper - (u32(quarters) << 30u));
  return sineOf(fma(f32(rest), 1.4629180792671596e-9, f32(lower) * 3.4061215800865545e-19), quarters + ahead);
}`,
  /** The product of two words: its low word and its high word. */
  multiply: `fn multiply(a: u32, b: u32) -> vec2u {
  let a0 = a & 0xffffu; let a1 = a >> 16u; let b0 = b & 0xffffu; let b1 = b >> 16u;
  let low = a0 * b0;
  let middle = a1 * b0 + (low >> 16u);
  let other = a0 * b1 + (middle & 0xffffu);
  return vec2u(a * b, a1 * b1 + (middle >> 16u) + (other >> 16u));
}`,
  /** The sine of x radians, some quarter turns ahead; pi / 2 is taken away in three parts. */
  sineAhead: `fn sineAhead(x: f32, ahead: i32) -> f32 {
  if (!(abs(x) < 512.0)) { return hugeSine(x, ahead); }
  let n = round(x * 0.63661977);
  let r = fma(n, -7.54978995489e-8, fma(n, -4.837512969970703125e-4, fma(n, -1.5703125, x)));
  return sineOf(select(r, x, n == 0.0), i32(n) + ahead);
}`,
  /** x + x^3 (c0 + c1 x^2 + ...) up to tan(pi / 8), turned by pi / 4 or pi / 2 beyond. */
  atanOf: `fn atanOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let a = abs(x);
  let middle = a > 0.41421356;
  let far = a > 2.4142135;
  let upper = select(select(a, a - 1.0, middle), -1.0, far);
  let lower = select(select(1.0, a + 1.0, middle), a, far);
  let r = select(upper / lower, -1.0 / a, far);
  let square = r * r;
  var q = fma(square, 0.0805372, -0.13877678);
  q = fma(q, square, 0.1997771);
  q = fma(q, square, -0.3333295);
  let turned = select(select(0.0, 0.7853982, middle), 1.5707964, far);
  return withSign(turned + fma(q * square, r, r), x);
}`,
  asinOf: `fn asinOf(x: f32) -> f32 {
  if (!(abs(x) <= 1.0)) { return withBits(0x7fc00000u); }
  let rest = (1.0 - x) * (1.0 + x);
  return select(atanOf(x / sqrt(rest)), withSign(1.5707964, x), rest == 0.0);
}`,
  acosOf: `fn acosOf(x: f32) -> f32 {
  if (!(abs(x) <= 1.0)) { return withBits(0x7fc00000u); }
  return select(2.0 * atanOf(sqrt((1.0 - x) / (1.0 + x))), 3.1415927, x == -1.0);
}`,
  /** With m = e^-|x| - 1 it is -m (2 + m) / (2 (1 + m)) up to 1; beyond (h^2 - h^-2) / 2, h = e^(|x| / 2). */
  sinhOf: `fn sinhOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let a = abs(x);
  if (a <= 1.0) {
    let m = expm1Negative(-a);
    return withSign(-m * (2.0 + m) / (2.0 * (1.0 + m)), x);
  }
  let h = expOf(0.5 * a);
  return withSign(0.5 * h * h - 0.5 / h / h, x);
}`,
  coshOf: `fn coshOf(x: f32) -> f32 {
  let h = expOf(0.5 * abs(x));
  return 0.5 * h * h + 0.5 / h / h;
}`,
  /** log1p(a + a^2 / (1 + sqrt(a^2 + 1))) of a = |x|. */
  asinhOf: `fn asinhOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let a = abs(x);
  if (a > 4096.0) { return withSign(logOf(a) + 0.6931472, x); }
  let square = a * a;
  return withSign(log1pOf(a + square / (1.0 + sqrt(square + 1.0))), x);
}`,
  /** log1p(t + sqrt(t (t + 2))) of t = x - 1. */
  acoshOf: `fn acoshOf(x: f32) -> f32 {
  if (!(x >= 1.0)) { return withBits(0x7fc00000u); }
  if (x > 4096.0) { return logOf(x) + 0.6931472; }
  let t = x - 1.0;
  return log1pOf(t + sqrt(t * (t + 2.0)));
}`,
  atanhOf: `fn atanhOf(x: f32) -> f32 {
  let a = abs(x);
  if (!(a <= 1.0)) { return withBits(0x7fc00000u); }
  if (a == 1.0) { return withSign(withBits(0x7f800000u), x); }
  return withSign(0.5 * log1pOf((a + a) / (1.0 - a)), x);
}`,
};
