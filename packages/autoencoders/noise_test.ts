import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { backendInfo, full, Rng } from "@neurite/tensor";
import { addNoise, type NoiseOptions } from "./noise.ts";

Deno.test("noise has its deviation, as long as nothing is clipped", () => {
  const noisy = [...addNoise(full([100, 100], 0.5), { stddev: 0.05, rng: new Rng(1) }).dataSync()];
  const mean = noisy.reduce((a, b) => a + b) / 1e4;
  const deviation = Math.sqrt(noisy.reduce((a, b) => a + (b - mean) ** 2, 0) / 1e4);
  assert(Math.abs(mean - 0.5) < 5 * 0.05 / 100, `${mean}`);
  assert(Math.abs(deviation - 0.05) < 5 * 0.05 / Math.sqrt(2e4), `${deviation}`);
});

Deno.test("black with the chapter's noise: half stays black, the rest is half a normal", () => {
  const noisy = [...addNoise(full([200, 200], 0), { rng: new Rng(2) }).dataSync()];
  const black = noisy.filter((v) => v === 0).length / 4e4;
  assert(Math.abs(black - 0.5) < 5 * 0.5 / 200, `${black}`);
  // E[max(0, 0.25 ε)²] = 0.25² / 2.
  const square = noisy.reduce((a, b) => a + b * b, 0) / 4e4;
  assertAlmostEquals(square, 0.03125, 0.001);
  assert(noisy.every((v) => v >= 0 && v <= 1));
});

Deno.test("white is clipped from above; no noise leaves images alone; the seed decides", () => {
  const white = addNoise([[1, 1, 1, 1, 1, 1, 1, 1]], { rng: new Rng(1) }).dataSync();
  assert(white.every((v) => v <= 1) && white.includes(1) && Math.min(...white) < 1);
  assertEquals(addNoise([[0, 0.25, 1]], { stddev: 0 }).array(), [[0, 0.25, 1]]);
  const run = (seed: number) => addNoise([[0.5, 0.5]], { rng: new Rng(seed) }).array();
  assertEquals(run(1), run(1));
  assert(JSON.stringify(run(1)) !== JSON.stringify(run(2)));
});

Deno.test("a spread below 0 and options that do not exist are refused", () => {
  for (const stddev of [-1, NaN, Infinity]) {
    assertThrows(() => addNoise([0.5], { stddev }), RangeError, `at least 0: current ${stddev}`);
  }
  assertThrows(() => addNoise([0.5], { stdDev: 1 } as NoiseOptions), TypeError, '"stddev"');
});

Deno.test("only the noisy images are left", () => {
  const x = full([4, 4], 0.5), { liveTensors } = backendInfo();
  addNoise(x).dispose();
  assertEquals(backendInfo().liveTensors, liveTensors);
});
