import { assert, assertEquals, assertThrows } from "@std/assert";
import { ReferenceBackend } from "../../backends/reference.ts";
import {
  type Backend,
  currentBackend,
  dropout,
  grad,
  ones,
  Rng,
  ShapeError,
  sum,
  Tensor,
  tensor,
  tidy,
  useBackend,
} from "../../mod.ts";

/** Ones on a backend, after dropout. */
function dropped(backend: Backend, size: number, rate: number, rng: Rng): number[] {
  const storage = backend.fill(1, size, "float32");
  return tidy(() => {
    const x = new Tensor(backend, storage, [size], "float32");
    return [...dropout(x, rate, { rng }).dataSync()];
  });
}

Deno.test("the same seed drops the same units on every backend and any number of threads", async () => {
  const reference = new ReferenceBackend();
  try {
    for (const threads of [1, 2, 3]) {
      await useBackend("wasm", { threads });
      for (const rate of [0.1, 0.25, 0.3, 0.5, 0.999]) {
        for (const size of [1, 5, 63, 64, 65, 1000, 30_001]) {
          const rng = (): Rng => {
            const rng = new Rng(2 ** 40 + 3);
            rng.take(2 ** 32 - 50);
            return rng;
          };
          const found = dropped(currentBackend(), size, rate, rng());
          const right = dropped(reference, size, rate, rng());
          assertEquals(found, right.map(Math.fround), `${rate} of ${size}, ${threads} threads`);
        }
      }
    }
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});

Deno.test("as many units are dropped as the rate says, anywhere in a group", () => {
  for (const rate of [0.02, 0.1, 0.5, 0.9]) {
    const size = 64 * 4000, y = dropped(currentBackend(), size, rate, new Rng(1));
    const places = new Array<number>(64).fill(0);
    y.forEach((v, i) => {
      assert(v === 0 || v === Math.fround(1 / (1 - rate)));
      if (v === 0) places[i % 64]++;
    });
    // Five standard deviations of a binomial distribution.
    const allowed = (n: number) => 5 * Math.sqrt(n * rate * (1 - rate));
    const total = places.reduce((a, b) => a + b);
    assert(Math.abs(total - size * rate) < allowed(size), `${total} of ${size} at ${rate}`);
    for (const count of places) assert(Math.abs(count - 4000 * rate) < allowed(4000));
  }
});

Deno.test("the fraction of the rate counts, beyond 8 bits", () => {
  // 1 / 512 is half of the last of 8 bits.
  const size = 64 * 16_000, y = dropped(currentBackend(), size, 1 / 512, new Rng(2));
  const total = y.filter((v) => v === 0).length;
  assert(Math.abs(total - size / 512) < 5 * Math.sqrt(size / 512), `${total} of ${size}`);
});

Deno.test("the gradient flows through the units that were kept", () => {
  const x = tensor(Array.from({ length: 100 }, (_, i) => i + 1)), rng = new Rng(3);
  const state = rng.state, y = dropout(x, 0.4, { rng }).dataSync();
  rng.state = state;
  const dx = grad((x) => sum(dropout(x, 0.4, { rng })))(x).dataSync();
  const scale = Math.fround(1 / 0.6);
  assertEquals([...dx], [...y].map((v) => v === 0 ? 0 : scale));
  assert(dx.includes(0) && dx.includes(scale));
});

Deno.test("every call drops other units; rate 0 drops none", () => {
  const rng = new Rng(4), x = ones([64]);
  assert(`${dropout(x, 0.5, { rng }).dataSync()}` !== `${dropout(x, 0.5, { rng }).dataSync()}`);
  assertEquals(dropout(x, 0, { rng }).dataSync(), x.dataSync());
});

Deno.test("noiseShape drops whole feature maps", () => {
  const y = dropout(ones([8, 3, 3, 16]), 0.5, { rng: new Rng(5), noiseShape: [8, 1, 1, 16] });
  const maps = sum(y, { axis: [1, 2] }).dataSync();
  assert(maps.every((v) => v === 0 || v === 18));
  assert(maps.includes(0) && maps.includes(18));
});

Deno.test("what is dropped is 0, even if it was NaN", () => {
  const y = dropout(tensor(new Float32Array(200).fill(NaN)), 0.5, { rng: new Rng(6) }).dataSync();
  assert(y.some((v) => v === 0) && y.some((v) => Number.isNaN(v)));
});

Deno.test("what makes no sense is refused", () => {
  for (const rate of [-0.1, 1, NaN]) assertThrows(() => dropout([1], rate), RangeError, "the rate");
  assertThrows(() => dropout(ones([2, 3]), 0.5, { noiseShape: [3] }), ShapeError, "noiseShape");
  assertThrows(() => dropout(ones([2, 1]), 0.5, { noiseShape: [2, 4] }), ShapeError, "noiseShape");
});
