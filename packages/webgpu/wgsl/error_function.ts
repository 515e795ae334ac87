/** The error function and the Gaussian error linear unit, as the kernels of `wasm` compute them. */
export const ERROR_FUNCTION: Readonly<Record<string, string>> = {
  /** x + x (c0 + c1 x^2 + ...) up to 1; from there 1 - e^-(c0 + c1 x + ...), and 1 from 3.95 on. */
  erfOf: `fn erfOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let square = x * x;
  var near = fma(square, 0.000078069039, -0.00079978531);
  near = fma(near, square, 0.0051871622);
  near = fma(near, square, -0.026853347);
  near = fma(near, square, 0.11283579);
  near = fma(near, square, -0.37612626);
  near = fma(near, square, 0.12837917);
  let a = min(abs(x), 3.95);
  var far = fma(a, 0.0001863803, -0.0029476313);
  far = fma(far, a, 0.021838002);
  far = fma(far, a, -0.10310661);
  far = fma(far, a, -0.63814497);
  far = fma(far, a, -1.1270891);
  far = fma(far, a, -0.00034152321);
  return select(withSign(expm1Negative(far), x), fma(near, x, x), a < 1.0);
}`,
  /**
   * max(x, 0) - a Phi(-a) with a = |x|. The square in e^(-a^2 / 2) is taken in two parts, the first of a
   * number of 12 bits, so that small results keep their digits.
   */
  geluOf: `fn geluOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let a = min(abs(x), 14.5);
  var upper = fma(a, 0.0041161105, 0.04063204);
  upper = fma(upper, a, 0.18323183);
  upper = fma(upper, a, 0.43829083);
  upper = fma(upper, a, 0.5);
  var lower = fma(a, 0.010317439, 0.10185587);
  lower = fma(lower, a, 0.46946183);
  lower = fma(lower, a, 1.20249);
  lower = fma(lower, a, 1.6744666);
  lower = fma(lower, a, 1.0);
  let h = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  return max(x, 0.0) - scaledExp(h * h * -0.5, (a - h) * (a + h) * -0.5, upper * a / lower);
}`,
};
