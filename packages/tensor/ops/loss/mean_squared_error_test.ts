import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  backendInfo,
  grad,
  mean,
  meanSquaredError,
  Rng,
  ShapeError,
  square,
  sub,
  sum,
  tensor,
  tidy,
  uniform,
  useBackend,
} from "../../mod.ts";

Deno.test("by hand, with gradients of both sides and of the gradient", () => {
  const a = tensor([[1, 4], [0, -2]]), b = tensor([[1, 2], [3, -2]]);
  assertEquals(meanSquaredError(a, b).item(), (4 + 9) / 4);
  assertEquals(grad((a) => meanSquaredError(a, b))(a).array(), [[0, 1], [-1.5, 0]]);
  assertEquals(grad((b) => meanSquaredError(a, b))(b).array(), [[0, -1], [1.5, 0]]);
  // The slope at t is 2 t, its square 4 t^2, and the slope of that 8 t.
  const slope = grad((t) => meanSquaredError(t, [0]));
  assertEquals(grad((t) => sum(square(slope(t))))(tensor([3])).array(), [24]);
});

Deno.test("empty, one element, int32, NaN and infinity", () => {
  assertEquals(
    meanSquaredError(tensor([], { shape: [0, 3] }), tensor([], { shape: [0, 3] })).item(),
    NaN,
  );
  assertEquals(meanSquaredError(3, 1).item(), 4);
  assertEquals(meanSquaredError(new Int32Array([1, 2]), [3, 2]).item(), 2);
  assertEquals(meanSquaredError([NaN, 0], [0, 0]).item(), NaN);
  assertEquals(meanSquaredError([Infinity, 0], [0, 0]).item(), Infinity);
  assertEquals(meanSquaredError([Infinity], [Infinity]).item(), NaN);
});

Deno.test("nothing is broadcast", () => {
  const error = assertThrows(() => meanSquaredError([[1], [2]], [1, 2]), ShapeError);
  assertEquals(error.shapes, [[2, 1], [2]]);
});

Deno.test("every length around the vectors and blocks, and no number beyond the end", () => {
  for (const n of [2, 3, 5, 31, 32, 33, 4095, 4096, 4097, 12289]) {
    tidy(() => {
      const a = uniform([n], -1, 1, { rng: new Rng(n) }),
        b = uniform([n], -1, 1, { rng: new Rng(n + 1e6) });
      const x = a.dataSync(), y = b.dataSync();
      let right = 0;
      for (let i = 0; i < n; i++) right += (x[i] - y[i]) ** 2 / n;
      assertAlmostEquals(meanSquaredError(a, b).item(), right, 2e-7 * right);
      const d = grad((a) => meanSquaredError(a, b))(a).dataSync();
      for (let i = 0; i < n; i++) assertAlmostEquals(d[i], 2 * (x[i] - y[i]) / n, 1e-6 / n);
    });
  }
});

Deno.test("ten million squares lose no more than the last digits", () => {
  tidy(() => {
    const a = uniform([10_000_000], 0, 1, { rng: new Rng(1) }), x = a.dataSync();
    let right = 0;
    for (const v of x) right += v * v;
    right /= x.length;
    const found = meanSquaredError(a, tensor(new Float32Array(x.length))).item();
    assert(Math.abs(found - right) <= 2e-7 * right, `${found} ${right}`);
  });
});

Deno.test("what the composition of operations gives", () => {
  tidy(() => {
    const a = uniform([70, 131], -1, 1, { rng: new Rng(1) });
    const b = uniform([70, 131], -1, 1, { rng: new Rng(2) });
    const whole = meanSquaredError(a, b).item(), parts = mean(square(sub(a, b))).item();
    assertAlmostEquals(whole, parts, 3e-7 * parts);
  });
});

Deno.test("any number of threads gives the same, to the bit", async () => {
  const found: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await useBackend("wasm", { threads });
    assertEquals(backendInfo().threads, threads);
    tidy(() => {
      const a = uniform([300, 333], -1, 1, { rng: new Rng(1) });
      const b = uniform([300, 333], -1, 1, { rng: new Rng(2) });
      const d = grad((a) => meanSquaredError(a, b))(a).dataSync();
      found.push([meanSquaredError(a, b).item(), ...d]);
    });
  }
  await useBackend("wasm", { threads: 1 });
  assertEquals(found[1], found[0]);
  assertEquals(found[2], found[0]);
});
