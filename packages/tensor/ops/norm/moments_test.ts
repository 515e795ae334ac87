import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { moments, normal, Rng, tensor, uniform, variance } from "../../mod.ts";
import { channelMoments } from "../../internal.ts";

Deno.test("a large mean costs no digits", () => {
  const deviations = normal([5000, 3], 0, 1, { rng: new Rng(1) });
  const right = variance(deviations, { axis: 0 }).dataSync();
  const far = tensor(deviations.dataSync().map((v) => Math.fround(4096 + v)), { shape: [5000, 3] });
  const found = channelMoments(far).dataSync();
  for (let c = 0; c < 3; c++) {
    assertAlmostEquals(found[c], 4096, 0.1);
    assertAlmostEquals(found[3 + c], right[c], 1e-3);
  }
});

Deno.test("moments of channels are the mean and the variance, however many channels", () => {
  for (const c of [1, 2, 3, 5, 6, 8, 64, 65, 130]) {
    for (const n of [1, 7, 64, 900]) {
      const x = uniform([n, c], -1, 3, { rng: new Rng(n + c) }),
        found = channelMoments(x).dataSync();
      const values = x.dataSync();
      for (let k = 0; k < c; k++) {
        const column = Array.from({ length: n }, (_, i) => values[i * c + k]);
        const mean = column.reduce((s, v) => s + v, 0) / n;
        const spread = column.reduce((s, v) => s + (v - mean) ** 2, 0) / n;
        assert(Math.abs(found[k] - mean) <= 4e-7, `mean of [${n}, ${c}]: ${found[k]}, not ${mean}`);
        assert(Math.abs(found[c + k] - spread) <= 1e-6, `variance: ${found[c + k]}, not ${spread}`);
      }
    }
  }
});

Deno.test("moments over other axes, kept or not", () => {
  const x = [[[1, 2], [3, 6]], [[0, 0], [0, 4]]];
  const rows = moments(x, { axis: 2 });
  assertEquals(rows.mean.array(), [[1.5, 4.5], [0, 2]]);
  assertEquals(rows.variance.array(), [[0.25, 2.25], [0, 4]]);
  const kept = moments(x, { axis: [0, 1], keepDims: true });
  assertEquals(kept.mean.array(), [[[1, 3]]]);
  assertEquals(kept.variance.array(), [[[1.5, 5]]]);
  assertEquals(moments(x).mean.array(), 2);
});

Deno.test("without rows there is no mean", () => {
  assertEquals(channelMoments(tensor([], { shape: [0, 2] })).array(), [[NaN, NaN], [NaN, NaN]]);
});
