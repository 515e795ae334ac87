import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { grad, Rng, sum, tensor, uniform, variance } from "../../mod.ts";

Deno.test("the variance of a population, and the estimate from a sample", () => {
  const x = tensor([[1, 2, 3, 6], [5, 5, 5, 5]]);
  assertEquals(variance(x, { axis: 1 }).array(), [3.5, 0]);
  assertAlmostEquals(variance(x, { axis: 1, correction: 1 }).dataSync()[0], 14 / 3, 1e-6);
  assertEquals(variance(x, { axis: 0, keepDims: true }).array(), [[4, 2.25, 1, 0.25]]);
});

Deno.test("axes apart are those of the whole", () => {
  const x = uniform([3, 4, 5], 0, 1, { rng: new Rng(1) }), values = x.dataSync();
  const found = variance(x, { axis: [0, 2] }).dataSync();
  for (let j = 0; j < 4; j++) {
    const own = [...values].filter((_, i) => Math.floor(i / 5) % 4 === j);
    const m = own.reduce((a, b) => a + b) / 15;
    const expected = own.reduce((total, v) => total + (v - m) ** 2, 0) / 15;
    assertAlmostEquals(found[j], expected, 1e-7);
  }
});

Deno.test("a large mean costs no digits", () => {
  const x = tensor(Float32Array.from({ length: 10000 }, (_, i) => 1e6 + i % 2));
  assertAlmostEquals(variance(x).item(), 0.25, 1e-6);
  assertAlmostEquals(variance(tensor([[1e4, 1e4 + 2]]), { axis: 1 }).dataSync()[0], 1, 1e-6);
});

Deno.test("too few elements", () => {
  assertEquals(variance(3).item(), 0);
  assertEquals(variance(3, { correction: 1 }).item(), NaN);
  assertEquals(variance([1, 3], { correction: 2 }).item(), Infinity);
  assertEquals(variance(tensor([], { shape: [0, 2] }), { axis: 0 }).array(), [NaN, NaN]);
  assertEquals(variance(tensor([], { shape: [0, 2] }), { axis: 1 }).shape, [0]);
});

Deno.test("int32 becomes float32", () => {
  const y = variance(tensor(new Int32Array([1, 2])));
  assertEquals([y.dtype, y.item()], ["float32", 0.25]);
});

Deno.test("the gradient, by hand", () => {
  // 2 (x - m) / (n - 1) with m = 2 and n = 3
  const f = (x: ReturnType<typeof tensor>) => sum(variance(x, { axis: 1, correction: 1 }));
  assertEquals(grad(f)(tensor([[0, 1, 5]])).array(), [[-2, -1, 3]]);
});

Deno.test("refuses a correction that is no count", () => {
  for (const correction of [-1, NaN, Infinity]) {
    assertThrows(() => variance([1, 2], { correction }), RangeError, `current ${correction}`);
  }
  assert(variance([1, 2], { correction: 0.5 }).item() > 0.25);
});
