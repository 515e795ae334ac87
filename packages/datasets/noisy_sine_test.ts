import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { noisySine } from "./noisy_sine.ts";

Deno.test("noisySine samples a sine in [0, 1), ascending, with bounded noise around it", () => {
  const { x, y, clean } = noisySine({ count: 1000, noise: 0.25, seed: 5 });
  assertEquals([x.shape, y.shape, clean.shape], [[1000, 1], [1000, 1], [1000, 1]]);
  let most = 0, sum = 0, mean = 0;
  for (let i = 0; i < 1000; i++) {
    const at = x.get(i, 0), noise = y.get(i, 0) - clean.get(i, 0);
    assert(at >= 0 && at < 1 && (i === 0 || at >= x.get(i - 1, 0)));
    assertAlmostEquals(clean.get(i, 0), Math.sin(2 * Math.PI * at), 1e-6);
    most = Math.max(most, Math.abs(noise));
    sum += noise;
    mean += at / 1000;
  }
  assert(most > 0.24 && most < 0.2501, `noise up to ${most}`);
  assertAlmostEquals(sum / 1000, 0, 0.02); // four standard deviations: 4 * 0.25 / sqrt(3 * 1000)
  assertAlmostEquals(mean, 0.5, 0.04);
});

Deno.test("noisySine has 100 samples and noise up to 0.1 unless told", () => {
  const { x, y, clean } = noisySine();
  assertEquals(x.shape, [100, 1]);
  const most = Math.max(...y.data.map((value, i) => Math.abs(value - clean.data[i])));
  assert(most > 0.09 && most < 0.1001, `noise up to ${most}`);
});

Deno.test("noisySine without noise is the sine, and repeats itself by its seed", () => {
  const { y, clean } = noisySine({ noise: 0, seed: 1 });
  assertEquals(y.data, clean.data);
  assertEquals(noisySine({ seed: 1 }).x.data, noisySine({ seed: 1, noise: 0 }).x.data);
  assertNotEquals(noisySine({ seed: 2 }).x.data, noisySine({ seed: 1 }).x.data);
});

Deno.test("noisySine refuses options out of range", () => {
  assertThrows(() => noisySine({ count: 0 }), RangeError, "count must be an integer of at least 1");
  for (const noise of [-1, NaN, Infinity]) {
    assertThrows(() => noisySine({ noise }), RangeError, `current ${noise}`);
  }
});
