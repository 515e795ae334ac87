/**
 * Bias and variance of polynomials of degree 1, 4 and 15, measured over 200 resampled sets.
 *
 * The line is too stiff for a sine, whatever its data (bias); degree 15 fits the noise of each set
 * anew (variance); degree 4 has little of both. Expect totals of about 0.31, 0.12 and 0.9, within
 * a second.
 *
 * `deno task example regularization/polynomials [--full] [--check] [--seed n] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env
 */
import { lineChart, panels, scatter } from "@neurite/plot";
import { leastSquares, ndarray, Rng } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { elapsed, finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example regularization/polynomials",
  description: "Splits the error of polynomials into bias, variance and noise.",
  check: "fail unless degree 1 has the largest bias, 15 the largest variance, 4 the least error",
  full: "10,000 sets instead of 200",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const sets = options.full ? 10_000 : 200;
const noise = 0.3; // Standard deviation: no fit can have a squared error below 0.09.
const count = 20; // Points of a set.
const rng = new Rng(options.seed);

/** What the samples come from. */
const truth = (x: number) => Math.sin(2 * Math.PI * x);
const spread = (n: number) => Array.from({ length: n }, (_, i) => i / (n - 1));
const x = spread(count), between = spread(101);

/** One column a set: the truth at `x` under noise. */
const observe = (x: number[]) =>
  x.map((x) => Array.from({ length: sets }, () => rng.normal(truth(x), noise)));
const samples = observe(x), fresh = observe(between);

/** Chebyshev's polynomials up to `degree` at `x`: unlike powers of x, they are far from parallel. */
const basis = (x: number[], degree: number) =>
  x.map((x) => Array.from({ length: degree + 1 }, (_, k) => Math.cos(k * Math.acos(2 * x - 1))));

/** Enough points for a smooth line, where a polynomial of degree 15 turns sharply. */
const fine = spread(1001);

/** The polynomial of each set by least squares: `curves[i][set]` at `between[i]`; the first one at `fine`. */
function fit(degree: number): { curves: number[][]; first: number[] } {
  // f64 throughout: the normal equations of degree 15 leave half of the digits.
  const matrix = (rows: number[][]) =>
    ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0].length]);
  const w = leastSquares(matrix(basis(x, degree)), matrix(samples)); // [degree + 1, sets]
  const at = (row: number[], set: number) => row.reduce((sum, t, k) => sum + t * w.get(k, set), 0);
  const curves = basis(between, degree).map((row) =>
    Array.from({ length: sets }, (_, set) => at(row, set))
  );
  return { curves, first: basis(fine, degree).map((row) => at(row, 0)) };
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

/**
 * The parts of the squared error, averaged over x, and the error itself on fresh samples. The average
 * curve is known to variance / sets only: so much of a measured bias is chance.
 */
function split(curves: number[][]) {
  const average = curves.map(mean);
  const bias2 = mean(average.map((y, i) => (y - truth(between[i])) ** 2));
  const variance = mean(curves.map((ys, i) => mean(ys.map((y) => (y - average[i]) ** 2))));
  const error = mean(curves.map((ys, i) => mean(ys.map((y, set) => (y - fresh[i][set]) ** 2))));
  return { bias2, variance, total: bias2 + variance + noise ** 2, error };
}

const degrees = Array.from({ length: 15 }, (_, i) => i + 1);
const fits = degrees.map(fit), splits = fits.map(({ curves }) => split(curves));
const shown = [1, 4, 15];
console.log(`${sets} sets of ${count} points of sin 2πx, noise ${noise}`);
console.log("degree  bias²   variance  noise   total   error on fresh points");
for (const degree of shown) {
  const { bias2, variance, total, error } = splits[degree - 1];
  const [b, v, n, t, e] = [bias2, variance, noise ** 2, total, error].map((v) => v.toFixed(4));
  console.log(`${String(degree).padStart(6)}  ${b}  ${v}    ${n}  ${t}  ${e}`);
}

const charts = shown.map((degree) =>
  scatter({
    title: `Degree ${degree}`,
    width: 266,
    height: 260,
    x: { label: "x", min: 0, max: 1 },
    y: { min: -2, max: 2 },
    groups: [{ name: "samples", x, y: samples.map((row) => row[0]) }],
    lines: [
      { name: "truth", x: fine, y: fine.map(truth) },
      { name: "fit", x: fine, y: fits[degree - 1].first },
    ],
  })
);
await panels(charts, { title: "Polynomials through 20 noisy points" })
  .save(`${options.out}/polynomials.svg`);
await lineChart({
  title: "Bias and variance by degree",
  x: { label: "degree" },
  y: { label: "squared error", scale: "log" },
  series: [
    { name: "bias²", x: degrees, y: splits.map(({ bias2 }) => bias2) },
    { name: "variance", x: degrees, y: splits.map(({ variance }) => variance) },
    { name: "total", x: degrees, y: splits.map(({ total }) => total) },
    { name: "noise", x: degrees, y: degrees.map(() => noise ** 2), dashed: true },
  ],
}).save(`${options.out}/bias_variance.svg`);
console.log(`Pictures in ${options.out}/: polynomials.svg, bias_variance.svg; ${elapsed()}`);

const [line, four, fifteen] = shown.map((degree) => splits[degree - 1]);
finish(options, [
  ["degree 1 to have the largest bias", line.bias2 > Math.max(four.bias2, fifteen.bias2)],
  [
    "degree 15 to have the largest variance",
    fifteen.variance > Math.max(line.variance, four.variance),
  ],
  ["degree 4 to have the smallest total", four.total < Math.min(line.total, fifteen.total)],
  ["the parts to add up to the error", splits.every((s) => Math.abs(s.total / s.error - 1) < 0.05)],
]);
