import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { RandomDraw } from "../backend.ts";
import { drawInto } from "./draw.ts";
import { Rng } from "./rng.ts";

const DISTRIBUTIONS = ["uniform", "normal", "truncatedNormal"] as const;

function draw(size: number, options: Partial<RandomDraw> = {}): Float32Array {
  const out = new Float32Array(size);
  drawInto(out, { distribution: "normal", a: 0, b: 1, key: [1, 2], position: 0, ...options });
  return out;
}

Deno.test("drawInto makes any part of the stream on its own", () => {
  for (const distribution of DISTRIBUTIONS) {
    const all = draw(400, { distribution, position: 5 });
    assertEquals(draw(399, { distribution, position: 5 }), all.slice(0, 399));
    assertEquals(draw(200, { distribution, position: 30 }), all.slice(100, 300));
  }
});

Deno.test("drawInto knows positions beyond 2^32, and both words of the key", () => {
  const values = [
    draw(4),
    draw(4, { position: 1 }),
    draw(4, { position: 2 ** 32 }),
    draw(4, { position: 2 ** 32 + 1 }),
    draw(4, { key: [2, 2] }),
    draw(4, { key: [1, 3] }),
  ];
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < i; j++) assertNotEquals(values[i], values[j]);
  }
  // A part that goes over the border.
  assertEquals(draw(8, { position: 2 ** 32 - 1 }).slice(4), values[2]);
});

Deno.test("drawInto takes the words that the generator takes", () => {
  const rng = new Rng(77), out = draw(8, { distribution: "uniform", key: rng.key, a: -1, b: 3 });
  assertEquals(out, Float32Array.from({ length: 8 }, () => rng.uniform(-1, 3)));
});

Deno.test("drawInto fills f64 arrays with the numbers that fit f32", () => {
  for (const distribution of DISTRIBUTIONS) {
    const wide = new Float64Array(50), options = { distribution, a: 0.1, b: 0.7 };
    drawInto(wide, { ...options, key: [1, 2], position: 0 });
    assertEquals([...wide], [...draw(50, options)]);
  }
});

/** The distribution function of the standard normal, by the series of erf. */
function phi(x: number): number {
  let term = x, total = x;
  for (let k = 1; k < 200; k++) {
    term *= -x * x / (2 * k);
    total += term / (2 * k + 1);
  }
  return 0.5 + total / Math.sqrt(2 * Math.PI);
}

/** The largest distance between the distribution of a sample and a distribution function. */
function kolmogorov(values: Float32Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort(), n = sorted.length;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const p = cdf(sorted[i]);
    worst = Math.max(worst, Math.abs(p - i / n), Math.abs(p - (i + 1) / n));
  }
  return worst;
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
}

// With n numbers a Kolmogorov distance above 1.95 / sqrt(n) comes once in a thousand samples.
const N = 100_000, BOUND = 1.95 / Math.sqrt(N);

Deno.test("uniform numbers are uniform", () => {
  const values = draw(N, { distribution: "uniform", a: 2, b: 6 }),
    { mean, variance } = moments(values);
  assertAlmostEquals(mean, 4, 0.015);
  assertAlmostEquals(variance, 16 / 12, 0.015);
  assert(kolmogorov(values, (x) => (x - 2) / 4) < BOUND);
  assert(values.every((v) => v >= 2 && v < 6));
});

Deno.test("normal numbers are normal, and those of a pair independent", () => {
  const values = draw(N), { mean, variance } = moments(values);
  assertAlmostEquals(mean, 0, 0.012);
  assertAlmostEquals(variance, 1, 0.015);
  assert(kolmogorov(values, phi) < BOUND);
  let product = 0;
  for (let i = 0; i < N; i += 2) product += values[i] * values[i + 1];
  assertAlmostEquals(product / (N / 2), 0, 0.015);
  const moved = draw(N, { a: 5, b: 0.25 });
  assert(kolmogorov(moved, (x) => phi((x - 5) / 0.25)) < BOUND);
});

Deno.test("truncated normal numbers end at two standard deviations and are normal within", () => {
  const values = draw(N, { distribution: "truncatedNormal", a: 1, b: 3 });
  assert(values.every((v) => Math.abs(v - 1) <= 6.000001));
  assert(values.some((v) => Math.abs(v - 1) > 5.9));
  const inside = phi(2) - phi(-2), { mean, variance } = moments(values);
  assertAlmostEquals(mean, 1, 0.03);
  assertAlmostEquals(variance, 9 * 0.7737413, 0.08); // 1 - 4 pdf(2) / inside
  assert(kolmogorov(values, (x) => (phi((x - 1) / 3) - phi(-2)) / inside) < BOUND);
});
