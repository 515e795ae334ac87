import { kMeans, type KMeansInit } from "@neurite/rbf";
import { backendInfo, DataError, Rng, ShapeError, tensor } from "@neurite/tensor";
import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fixture from "./fixtures/clusters.json" with { type: "json" };
import { assertClose } from "../../testing/close.ts";

Deno.test("from the same initial centres, kMeans finds the inertia, centres and clusters of scikit-learn", () => {
  for (const { name, k, X, start, inertia, centers, labels } of fixture.clusters) {
    const found = kMeans(X, k, { init: start });
    assertAlmostEquals(found.inertia, inertia, 1e-5 * inertia, name);
    assertClose(found.centers, centers, 1e-6, name);
    assertEquals([...found.assignments.dataSync()], labels, name);
  }
});

Deno.test("the best of 20 seeds is scikit-learn's best of 100, with k-means++ and random", () => {
  for (const { name, k, X, best } of fixture.clusters) {
    for (const init of ["k-means++", "random"] as const) {
      const all = Array.from({ length: 20 }, (_, seed) => kMeans(X, k, { init, seed }).inertia);
      const ours = Math.min(...all);
      assertGreater(ours, best * (1 - 1e-5), `${name}, ${init}`); // no better than possible
      // One cloud has no clusters to be found, and so many ways to cut it.
      const tolerance = name.startsWith("one cloud") ? 0.05 : 1e-5;
      assertLess(ours, best * (1 + tolerance), `${name}, ${init}`);
    }
  }
});

Deno.test("kMeans by hand, in the plane", () => {
  const X = [[0, 0], [0, 2], [10, 0], [10, 4], [10, 2]];
  const found = kMeans(X, 2, { init: [[0, 0], [10, 0]] });
  assertEquals(found.centers.array(), [[0, 1], [10, 2]]);
  assertEquals(found.assignments.array(), [0, 0, 1, 1, 1]);
  assertEquals(found.assignments.dtype, "int32");
  assertEquals(found.inertia, 2 + 8);
  assertEquals(found.iterations, 1);
  // σ^2 = 1/(n d) Σ ||x - c||^2: 2/4 and 8/6.
  const [s0, s1] = found.spreads.dataSync();
  assertAlmostEquals(s0, Math.sqrt(2 / 4), 1e-6);
  assertAlmostEquals(s1, Math.sqrt(8 / 6), 1e-6);
});

Deno.test("clusters of fewer than two different points get the mean spread of the others", () => {
  // {0, 2}: 1; {10, 16}: 3; {100} and {200, 200}: (1 + 3) / 2
  const found = kMeans([0, 2, 10, 16, 100, 200, 200], 4, { init: [0, 10, 100, 200] });
  assertEquals(found.spreads.array(), [1, 3, 2, 2]);
  // Equal points whose mean is not exact in float32.
  const rounded = kMeans([0, 2, 10.1, 10.1, 10.1], 2, { init: [0, 10] });
  assertEquals(rounded.spreads.array(), [1, 1]);
  // Two points are two points, however close beside other clusters.
  const tight = kMeans([0, 0.001, 600, 1000], 2, { init: [0, 1000] }).spreads.dataSync();
  assertAlmostEquals(tight[0], 0.0005, 1e-9);
  assertEquals(tight[1], 200);
});

Deno.test("where no cluster has two points, all get d_max / sqrt(2k)", () => {
  const found = kMeans([[0, 0], [3, 4], [1, 1]], 3, { seed: 1 });
  assertEquals(found.inertia, 0);
  for (const s of found.spreads.dataSync()) assertAlmostEquals(s, 5 / Math.sqrt(6), 1e-6);
});

Deno.test("a centre without points stays where it is, and borrows its spread", () => {
  const found = kMeans([0, 2, 10, 16], 3, { init: [0, 10, 1000] });
  assertEquals(found.centers.array(), [[1], [13], [1000]]);
  assertEquals(found.spreads.array(), [1, 3, 2]);
});

Deno.test("one cluster is the mean of all, its spread the standard deviation", () => {
  const found = kMeans([2, 4, 4, 4, 5, 5, 7, 9], 1);
  assertEquals(found.centers.array(), [[5]]);
  assertAlmostEquals(found.spreads.item(), 2, 1e-6);
  assertEquals(found.inertia, 32);
});

Deno.test("the seed decides the initial centres, which are different points", () => {
  const X = Array.from({ length: 40 }, (_, i) => [i % 5, Math.floor(i / 20)]); // 10 different ones
  for (const init of ["random", "k-means++"] as KMeansInit[]) {
    const run = (seed: number) => kMeans(X, 6, { init, seed, maxIterations: 1 }).centers.array();
    assertEquals(run(1), run(1));
    assertNotEquals(run(1), run(2));
    for (let seed = 0; seed < 20; seed++) {
      // Ten different points, ten centres: one on each.
      assertEquals(kMeans(X, 10, { init, seed }).inertia, 0, `${init} ${seed}`);
    }
  }
  const rng = new Rng(1);
  assertEquals(kMeans(X, 6, { rng }).centers.array(), kMeans(X, 6, { seed: 1 }).centers.array());
  assertNotEquals(kMeans(X, 6, { rng }).centers.array(), kMeans(X, 6, { seed: 1 }).centers.array());
});

Deno.test("k-means++ starts in different clusters more often than random does", () => {
  const X = Array.from({ length: 60 }, (_, i) => 100 * (i % 3) + i / 1000);
  const apart = (init: KMeansInit) => {
    let count = 0;
    for (let seed = 0; seed < 50; seed++) count += Number(kMeans(X, 3, { init, seed }).inertia < 1);
    return count;
  };
  assertGreater(apart("k-means++"), 48);
  assertLess(apart("random"), 40); // 2/9 of the starts have one in each
});

Deno.test("maxIterations ends the search", () => {
  const X = Array.from({ length: 100 }, (_, i) => i), init = [0, 1];
  const short = kMeans(X, 2, { init, maxIterations: 2 }), whole = kMeans(X, 2, { init });
  assertEquals(short.iterations, 2);
  assertGreater(short.inertia, whole.inertia);
  assertEquals(whole.centers.array(), [[24.5], [74.5]]);
});

Deno.test("kMeans leaves its three tensors behind, and what it was given as it was", () => {
  using X = tensor([[0, 0], [1, 1], [5, 5], [6, 6]]), init = tensor([[0, 0], [5, 5]]);
  const before = backendInfo().liveTensors;
  for (let i = 0; i < 20; i++) {
    const { centers, assignments, spreads } = kMeans(X, 2, i % 2 ? { init } : { seed: i });
    assertEquals(backendInfo().liveTensors, before + 3);
    for (const t of [centers, assignments, spreads]) t.dispose();
  }
  assertEquals([X.disposed, init.array()], [false, [[0, 0], [5, 5]]]);
});

Deno.test("kMeans refuses k, points and starts that mean nothing", () => {
  const X = [[1, 2], [3, 4], [5, 6]];
  for (const k of [0, -1, 1.5, NaN]) {
    assertThrows(() => kMeans(X, k), RangeError, "k must be an integer of at least 1");
  }
  assertThrows(() => kMeans(X, 4), RangeError, "current k = 4 for 3");
  assertThrows(() => kMeans([], 1), DataError, "at least one example");
  assertThrows(() => kMeans([[1, 2], [1, 2]], 1), DataError, "current 2 times [1, 2]");
  assertThrows(() => kMeans([7], 1), DataError, "must not all be equal");
  for (const scale of [1e25, 1e-30]) {
    const far = [1, 2, 8, 9].map((x) => x * scale);
    assertThrows(() => kMeans(far, 2), DataError, "squared distances of points must be from");
  }
  assertThrows(() => kMeans([[1, 2], [NaN, 2]], 1), DataError, "NaN at [1, 0]");
  assertThrows(() => kMeans([1, Infinity], 1), DataError, "Infinity at [1, 0]");
  assertThrows(() => kMeans([[[1]]], 1), ShapeError, "matrix");
  for (const init of ["random", "k-means++"] as const) {
    const error = assertThrows(() => kMeans([1, 2, 1, 2], 3, { init, seed: 1 }), DataError);
    assertEquals([error.expected, error.found], [3, 2]);
  }
  const init = "forgy" as KMeansInit;
  assertThrows(() => kMeans(X, 2, { init }), RangeError, 'random, k-means++: current "forgy"');
  assertThrows(() => kMeans(X, 2, { init: [[1, 2]] }), ShapeError, "[2, 2]");
  assertThrows(() => kMeans(X, 2, { init: [[1, 2], [NaN, 1]] }), DataError, "initial centres");
  assertThrows(() => kMeans(X, 2, { maxIterations: 0 }), RangeError, "maxIterations");
  assertThrows(() => kMeans(X, 2, { seed: -1 }), RangeError, "seed");
});
