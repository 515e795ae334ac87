/** The error function in f64, for references. */

/** Where the continued fraction takes over from the series. */
const FAR = 1.5;

/** erf(x). */
export function erfOf(x: number): number {
  const a = Math.abs(x);
  return a < FAR ? series(x) : Math.sign(x) * (1 - fraction(a));
}

/** 1 - erf(x), which keeps its digits where it is small. */
export function erfcOf(x: number): number {
  return x < FAR ? 1 - erfOf(x) : fraction(x);
}

/** erf(x) = 2 / sqrt(pi) e^-x^2 (x + 2 x^3 / 3 + 4 x^5 / (3 5) + 8 x^7 / (3 5 7) + ...) */
function series(x: number): number {
  let term = x, sum = x;
  for (let n = 1; n < 60; n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

/** 1 - erf(x) = e^-x^2 / sqrt(pi) / (x + 1/2 / (x + 1 / (x + 3/2 / (x + 2 / ...)))) for x > 0 */
function fraction(x: number): number {
  let value = x;
  for (let n = 100; n > 0; n--) value = x + n / 2 / value;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / value;
}
