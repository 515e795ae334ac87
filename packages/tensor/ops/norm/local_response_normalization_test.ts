import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { localResponseNormalization, Rng, ShapeError, uniform, useBackend } from "../../mod.ts";
import { localResponseNormalizationGradient } from "../../internal.ts";

Deno.test("a channel's own response and those of its neighbours count, at the edges too", () => {
  const y = localResponseNormalization([[1, 2, 3, 4, 5]], {
    depthRadius: 1,
    bias: 0,
    alpha: 1,
    beta: 1,
  }).dataSync();
  const sums = [5, 14, 29, 50, 41];
  sums.forEach((s, i) => assertAlmostEquals(y[i], (i + 1) / s, 1e-7));
});

Deno.test("a radius beyond all channels takes all of them", () => {
  const x = uniform([3, 6], -1, 1, { rng: new Rng(1) });
  const all = localResponseNormalization(x, { depthRadius: 5 }).dataSync();
  assertEquals(localResponseNormalization(x, { depthRadius: 100 }).dataSync(), all);
});

Deno.test("results are the same to the bit for any number of threads", async () => {
  const results = () => {
    const x = uniform([700, 37], -1, 1, { rng: new Rng(2) });
    const dy = uniform([700, 37], -1, 1, { rng: new Rng(3) });
    return [localResponseNormalization(x), localResponseNormalizationGradient(dy, x)]
      .map((t) => t.dataSync());
  };
  try {
    await useBackend("wasm", { threads: 1 });
    const one = results();
    for (const threads of [2, 3]) {
      await useBackend("wasm", { threads });
      assertEquals(results(), one);
    }
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});

Deno.test("what makes no sense is refused", () => {
  assertThrows(
    () => localResponseNormalization([1], { depthRadius: -1 }),
    RangeError,
    "depthRadius",
  );
  assertThrows(() => localResponseNormalization([1], { beta: NaN }), RangeError, "beta");
  assertThrows(() => localResponseNormalization(1), ShapeError, "last axis");
  assertThrows(() => localResponseNormalizationGradient([1, 2], [1]), ShapeError);
});
