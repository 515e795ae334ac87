import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { Rng } from "@neurite/tensor";
import type { Digits } from "./digits.ts";
import { loadMnist } from "./mnist.ts";
import { syntheticDigits } from "./synthetic_digits.ts";

Deno.test("syntheticDigits gives what loadMnist gives: bytes, [n, 28, 28] and [n]", () => {
  const { images, labels } = syntheticDigits({ count: 30 });
  assertEquals([images.shape, labels.shape], [[30, 28, 28], [30]]);
  assert(images.data instanceof Uint8Array && labels.data instanceof Uint8Array);
  assertEquals(syntheticDigits().labels.shape, [1000]);
});

Deno.test("syntheticDigits draws every digit equally often, in random order", () => {
  const { labels } = syntheticDigits({ count: 1003, seed: 3 });
  const counts = new Array(10).fill(0);
  for (const label of labels.data) counts[label]++;
  assertEquals(counts, [101, 101, 101, 100, 100, 100, 100, 100, 100, 100]);
  const repeats = labels.data.filter((label, i) => label === labels.data[i + 1]).length;
  assert(repeats > 60 && repeats < 140, `${repeats} equal neighbours, expected near 100`);
});

Deno.test("syntheticDigits draws the same for the same seed, and other digits for another", () => {
  const a = syntheticDigits({ count: 20, seed: 7 }), b = syntheticDigits({ count: 20, seed: 7 });
  assertEquals([a.images.data, a.labels.data], [b.images.data, b.labels.data]);
  assertEquals(syntheticDigits({ count: 20, rng: new Rng(7) }).images.data, a.images.data);
  assertNotEquals(syntheticDigits({ count: 20, seed: 8 }).images.data, a.images.data);
});

Deno.test("syntheticDigits writes ink like handwriting: some, in the middle, with soft edges", () => {
  const { images } = syntheticDigits({ count: 500, seed: 4, noise: 0 });
  let ink = 0, border = 0, soft = 0;
  for (let i = 0; i < 500; i++) {
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        const level = images.get(i, y, x);
        ink += level;
        if (x === 0 || x === 27 || y === 0 || y === 27) border += level;
        if (level > 0 && level < 255) soft++;
      }
    }
  }
  const mean = ink / (500 * 784); // MNIST: 33.3
  assert(mean > 25 && mean < 45, `mean grey level ${mean}`);
  assert(border / ink < 0.005, `${border / ink} of the ink on the border`);
  assert(soft > 500 * 30, `${soft / 500} grey pixels an image`);
});

Deno.test("syntheticDigits without variation and noise draws one picture for each digit", () => {
  const { images, labels } = syntheticDigits({ count: 30, variation: 0, noise: 0 });
  const pictures = new Map<number, string>();
  for (let i = 0; i < 30; i++) {
    const picture = images.pick(i, null, null), label = labels.get(i);
    const text = Array.from({ length: 784 }, (_, p) => picture.get(Math.trunc(p / 28), p % 28))
      .join();
    assertEquals(pictures.get(label) ?? text, text);
    pictures.set(label, text);
  }
  assertEquals(new Set(pictures.values()).size, 10);
  const one = images.pick(labels.data.indexOf(1), null, null); // an upright bar in the middle
  assertEquals([13, 14].map((x) => one.get(14, x)), [255, 255]);
  assertEquals([8, 19].map((x) => one.get(14, x)), [0, 0]);
  // It ends at y = 13.5 - 0.48 * 19.5 = 4.14 in a half circle of radius 1.15 with an edge of 1:
  // 255 * (1.15 + 0.5 - hypot(0.5, 4.14 - 3)) = 103.3.
  assertEquals([one.get(3, 13), one.get(3, 14), one.get(2, 13)], [103, 103, 0]);
});

/** The mean and the standard deviation. */
function spread(values: number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / values.length)];
}

Deno.test("syntheticDigits vary in slant, thickness and position", () => {
  const { images, labels } = syntheticDigits({ count: 4000, seed: 5, noise: 0 });
  const slants: number[] = [], widths: number[] = [], columns: number[] = [], rows: number[] = [];
  labels.data.forEach((label, i) => {
    let ink = 0, x = 0, y = 0, xy = 0, yy = 0, middle = 0;
    for (let p = 0; p < 784; p++) {
      const level = images.data[784 * i + p] / 255, row = Math.trunc(p / 28), column = p % 28;
      ink += level;
      x += level * column;
      y += level * row;
      xy += level * column * row;
      yy += level * row * row;
      if (row === 14) middle += level;
    }
    if (label === 0) {
      columns.push(x / ink);
      rows.push(y / ink);
    } else if (label === 1) {
      slants.push((y * x / ink - xy) / (yy - y * y / ink)); // columns to the right, a row up
      widths.push(middle);
    }
  });
  // Slant 0.17 +- 0.28, with a turn of +- 0.14: a deviation of (0.28^2 + 0.14^2)^0.5 / 3^0.5.
  const [slant, slantDeviation] = spread(slants);
  assertAlmostEquals(slant, 0.17, 0.06);
  assertAlmostEquals(slantDeviation, 0.18, 0.04);
  // The pen is 2 (1.15 +- 0.45) wide, and the row cuts it aslant.
  const [width, widthDeviation] = spread(widths);
  assertAlmostEquals(width, 2.3, 0.2);
  assertAlmostEquals(widthDeviation, 0.9 / Math.sqrt(3), 0.1);
  // A shift of +- 1.5 each way.
  for (const [middle, deviation] of [spread(columns), spread(rows)]) {
    assertAlmostEquals(middle, 13.5, 0.2);
    assertAlmostEquals(deviation, 1.5 / Math.sqrt(3), 0.12);
  }
});

Deno.test("syntheticDigits adds noise up to its bound", () => {
  const clean = syntheticDigits({ count: 10, variation: 0, noise: 0 });
  const noisy = syntheticDigits({ count: 10, variation: 0, noise: 0.2, seed: 0 });
  const levels = noisy.images.data.filter((_, p) => clean.images.data[p] === 0);
  assert(Math.max(...levels) > 48 && Math.max(...levels) <= 51, `${Math.max(...levels)}`);
});

/** The mean image of each digit. */
function centroids({ images, labels }: Digits): Float64Array[] {
  const sums = Array.from({ length: 10 }, () => new Float64Array(784));
  const counts = new Array(10).fill(0);
  labels.data.forEach((label, i) => {
    counts[label]++;
    for (let p = 0; p < 784; p++) sums[label][p] += images.data[784 * i + p];
  });
  return sums.map((sum, label) => sum.map((value) => value / counts[label]));
}

/** The part of the digits that lie nearest to the mean of their own kind. */
function accuracy(means: Float64Array[], { images, labels }: Digits): number {
  const right = labels.data.filter((label, i) => {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + (value - images.data[784 * i + p]) ** 2, 0)
    );
    return distances.indexOf(Math.min(...distances)) === label;
  });
  return right.length / labels.data.length;
}

Deno.test("syntheticDigits can be told apart, but not by their means alone", () => {
  const means = centroids(syntheticDigits({ count: 2000, seed: 1 }));
  const reached = accuracy(means, syntheticDigits({ count: 1000, seed: 2 }));
  assert(reached > 0.8 && reached < 0.95, `${reached} right`); // MNIST: 0.82
});

const data = Deno.env.get("NEURITE_DATA");
if (!data) console.warn("SKIPPED, as NEURITE_DATA is unset: synthetic against real digits");

Deno.test({ name: "syntheticDigits resemble real ones", ignore: !data }, async () => {
  const means = centroids(syntheticDigits({ count: 2000, seed: 1 }));
  const real = await loadMnist({ split: "test", limit: 1000, mirrors: [] });
  const reached = accuracy(means, real);
  assert(reached > 0.4, `${reached} right, where chance gives 0.1`);
});

Deno.test("syntheticDigits refuses options out of range", () => {
  for (const count of [0, -1, 2.5, NaN, Infinity]) {
    assertThrows(() => syntheticDigits({ count }), RangeError, `current ${count}`);
  }
  assertThrows(() => syntheticDigits({ count: 1, noise: -0.1 }), RangeError, "noise");
  assertThrows(() => syntheticDigits({ count: 1, noise: NaN }), RangeError, "noise");
  assertThrows(() => syntheticDigits({ count: 1, variation: 3 }), RangeError, "variation");
  assertThrows(() => syntheticDigits({ count: 1, seed: -1 }), RangeError, "seed");
});
