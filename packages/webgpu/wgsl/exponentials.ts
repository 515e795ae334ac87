/**
 * Exponentials, logarithms and what is made of them, as the kernels of `wasm` compute them. Polynomials
 * are minimax fits for the relative error, with coefficients that are f32 numbers.
 */
export const EXPONENTIALS: Readonly<Record<string, string>> = {
  /** 2^n for n from -126 to 127. */
  power2: `fn power2(n: i32) -> f32 { return bitcast<f32>((n + 127) << 23u); }`,
  /** e^(x - n log(2)) - 1 for the n that leaves least: r + r^2 (c0 + c1 r + ...), off by 2^-26. */
  expRest: `fn expRest(x: f32, n: f32) -> f32 {
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, x));
  var q = fma(r, 0.0013864556, 0.008366539);
  q = fma(q, r, 0.0416675);
  q = fma(q, r, 0.16666543);
  q = fma(q, r, 0.49999997);
  return fma(q, r * r, r);
}`,
  expOf: `fn expOf(x: f32) -> f32 {
  let z = clamp(x, -104.0, 89.0);
  let n = round(z * 1.44269504);
  let k = i32(n);
  // 2^k is the product of two powers, each within the range of exponents.
  let y = (expRest(z, n) + 1.0) * power2(k >> 1u) * power2(k - (k >> 1u));
  return select(y, x, isNan(x));
}`,
  /** e^x - 1 for x <= 0. */
  expm1Negative: `fn expm1Negative(x: f32) -> f32 {
  let z = max(x, -20.0);
  let n = round(z * 1.44269504);
  let power = power2(i32(n));
  return select(fma(power, expRest(z, n), power - 1.0), x, isNan(x));
}`,
  /** scale e^(x + y) for x from -104 to 89 and |y| below 0.1. */
  scaledExp: `fn scaledExp(x: f32, y: f32, scale: f32) -> f32 {
  let n = round(x * 1.44269504);
  let k = i32(n);
  let r = fma(n, -0.693359375, x) + fma(n, 2.12194440e-4, y);
  return fma(expRest(r, 0.0), scale, scale) * power2(k >> 1u) * power2(k - (k >> 1u));
}`,
  sigmoidOf: `fn sigmoidOf(x: f32) -> f32 {
  let e = expOf(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}`,
  /** (1 - e) / (1 + e) with e = e^(-2|x|) = 2^n (1 + r); the upper one keeps its digits near 0. */
  tanhOf: `fn tanhOf(x: f32) -> f32 {
  let z = max(-2.0 * abs(x), -20.0);
  let n = round(z * 1.44269504);
  let r = expRest(z, n);
  let power = power2(i32(n));
  let y = fma(power, r, power - 1.0) / fma(power, r, power + 1.0);
  return select(withSign(y, x), x, isNan(x));
}`,
  /** log(2^k (1 + f)) for 1 + f from sqrt(1/2) to sqrt(2), from the smallest term to the largest. */
  logParts: `fn logParts(f: f32, k: f32) -> f32 {
  var q = fma(f, -0.081148669, 0.13032317);
  q = fma(q, f, -0.13088742);
  q = fma(q, f, 0.14150462);
  q = fma(q, f, -0.16626267);
  q = fma(q, f, 0.20004311);
  q = fma(q, f, -0.25000796);
  q = fma(q, f, 0.33333275);
  let square = f * f;
  var y = fma(k, -2.12194440e-4, f * square * q);
  y = fma(square, -0.5, y);
  return fma(k, 0.693359375, f + y);
}`,
  logOf: `fn logOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return withBits(0xff800000u); }
  if (bits > 0x7f800000u) { return withBits(0x7fc00000u); }
  if (bits == 0x7f800000u) { return x; }
  // A denormal number is so many times 2^-149.
  let tiny = bits < 0x800000u;
  let normal = select(bits, bitcast<u32>(f32(bits)), tiny);
  let k = (i32(normal) - 0x3f3504f3) >> 23u;
  let f = bitcast<f32>(i32(normal) - (k << 23u)) - 1.0;
  return logParts(f, f32(k) - select(0.0, 149.0, tiny));
}`,
  /** log(1 + x): near 0 without the sum, which would lose digits of x. */
  log1pOf: `fn log1pOf(x: f32) -> f32 {
  if (x > -0.29289 && x < 0.41421) { return select(logParts(x, 0.0), x, isZero(x)); }
  return logOf(1.0 + x);
}`,
  /** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
  softplusOf: `fn softplusOf(x: f32) -> f32 {
  return positivePart(x) + log1pOf(expOf(-abs(x)));
}`,
};
