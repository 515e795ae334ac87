import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { syntheticShapes } from "./synthetic_shapes.ts";

Deno.test("syntheticShapes draws every shape equally often, in the types of CIFAR-10", () => {
  const { images, labels, classes } = syntheticShapes({ count: 95, seed: 1 });
  assertEquals([images.shape, labels.shape], [[95, 32, 32, 3], [95]]);
  assert(images.data instanceof Uint8Array && labels.data instanceof Uint8Array);
  const counts = classes.map((_, k) => labels.data.filter((label) => label === k).length);
  assertEquals(counts.toSorted((a, b) => a - b), [9, 9, 9, 9, 9, 10, 10, 10, 10, 10]);
});

Deno.test("without noise a shape is of one colour on another, and both are seen", () => {
  const { images, labels, classes } = syntheticShapes({ count: 200, seed: 2, noise: 0 });
  for (let i = 0; i < 200; i++) {
    const colours = new Map<string, number>();
    for (let p = 0; p < 1024; p++) {
      const colour = images.data.subarray((i * 1024 + p) * 3, (i * 1024 + p) * 3 + 3).join();
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    // Two colours fill all but the edges, which lie between them.
    const [ground, shape] = [...colours.values()].sort((a, b) => b - a);
    const name = `${classes[labels.data[i]]} ${i}`;
    assert(ground + shape > 700, `${name}: ${ground} + ${shape} pixels of 1024`);
    assert(shape > 25, `${name}: only ${shape} pixels`);
  }
});

Deno.test("the area of a shape is that of its formula", () => {
  // Means over many: the area in units of the squared radius, whose mean is (7.5² + 7.5 13 + 13²) / 3.
  const square = 2.25, disc = Math.PI * 0.85 ** 2, ring = Math.PI * (0.9 ** 2 - 0.5 ** 2);
  const star = 10 * 0.42 * Math.sin(Math.PI / 5) / 2;
  const expected: Record<string, number> = {
    square,
    disc,
    ring,
    star,
    triangle: 0.75 * Math.sqrt(3),
  };
  const { images, labels, classes } = syntheticShapes({ count: 4000, seed: 3, noise: 0 });
  for (const [name, area] of Object.entries(expected)) {
    let pixels = 0, n = 0;
    for (let i = 0; i < 4000; i++) {
      if (classes[labels.data[i]] !== name) continue;
      // The corner is background; the farther a pixel is from it, the more of it is shape.
      const image = images.data.subarray(i * 3072, (i + 1) * 3072);
      const far = (p: number) =>
        [0, 1, 2].reduce((sum, c) => sum + Math.abs(image[3 * p + c] - image[c]), 0);
      const most = Math.max(...Array.from({ length: 1024 }, (_, p) => far(p)));
      for (let p = 0; p < 1024; p++) pixels += far(p) / most;
      n++;
    }
    const mean = (7.5 ** 2 + 7.5 * 13 + 13 ** 2) / 3;
    const found = pixels / n / mean;
    assert(Math.abs(found / area - 1) < 0.05, `${name}: ${found} instead of ${area}`);
  }
});

Deno.test("colours tell nothing of the class", () => {
  const { images, labels } = syntheticShapes({ count: 5000, seed: 4 });
  const sums = new Float64Array(30), counts = new Float64Array(10);
  for (let i = 0; i < 5000; i++) {
    counts[labels.data[i]]++;
    for (let c = 0; c < 3; c++) sums[3 * labels.data[i] + c] += images.get(i, 0, 0, c);
  }
  for (let c = 0; c < 3; c++) {
    const means = Array.from(counts, (n, k) => sums[3 * k + c] / n);
    assert(Math.max(...means) - Math.min(...means) < 20, means.join());
  }
});

Deno.test("syntheticShapes repeats itself by its seed and refuses options out of range", () => {
  assertEquals(syntheticShapes().labels.shape, [1000]);
  const draw = (seed: number) => syntheticShapes({ count: 10, seed }).images.data;
  assertEquals(draw(4), draw(4));
  assertNotEquals(draw(4), draw(5));
  assertThrows(() => syntheticShapes({ count: 0.5 }), RangeError, "count");
  assertThrows(() => syntheticShapes({ noise: 1.5 }), RangeError, "noise");
});
