import { assertEquals, assertThrows } from "@std/assert";
import { grad, mul, Rng, ShapeError, sum, tensor, topK, uniform, useBackend } from "../../mod.ts";
import { topKIndices } from "../../internal.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("topK agrees with NumPy's stable sort, ties by the lower index", () => {
  for (const { x, k, indices, values } of fixture.topK) {
    const result = topK(load(x), k);
    assertEquals(result.indices.shape, indices.shape);
    assertEquals(result.indices.dtype, "int32");
    assertEquals([...result.indices.dataSync()], indices.values);
    assertEquals([...result.values.dataSync()], values.values);
  }
});

Deno.test("topK counts NaN as larger than any number, as PyTorch does", () => {
  const { x, indices, values } = fixture.topKWithNaN, result = topK(load(x), 3);
  assertEquals([...result.indices.dataSync()], indices.values);
  assertEquals([...result.values.dataSync()], values.values.map(Number));
  assertEquals(topKIndices([Infinity, NaN, -Infinity, NaN], 4).array(), [1, 3, 0, 2]);
});

Deno.test("topK takes int32 and the whole axis", () => {
  const { values, indices } = topK(new Int32Array([2 ** 30, 2 ** 30 + 1, -7]), 3);
  assertEquals([values.dtype, values.array()], ["int32", [2 ** 30 + 1, 2 ** 30, -7]]);
  assertEquals(indices.array(), [1, 0, 2]);
  assertEquals(topK([[4], [5]], 1).values.array(), [[4], [5]]);
  assertEquals(topK(tensor([], { shape: [0, 3] }), 2).values.shape, [0, 2]);
});

Deno.test("topK's gradient goes to the places of the values", () => {
  const f = grad((x) => sum(mul(topK(x, 2).values, [[1, 2], [3, 4]])));
  assertEquals(f(tensor([[5, 9, 7], [3, 1, 2]])).array(), [[0, 1, 2], [3, 0, 4]]);
});

Deno.test("topK sorts long rows, on any number of threads", async () => {
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const x = uniform([40, 1000], 0, 1, { rng: new Rng(9) }), rows = x.dataSync();
    for (const k of [1, 2, 10, 999, 1000]) {
      const found = topKIndices(x, k).dataSync();
      for (let row = 0; row < 40; row++) {
        const v = rows.subarray(row * 1000, (row + 1) * 1000);
        const order = Array.from(v.keys()).sort((i, j) => v[j] - v[i] || i - j);
        assertEquals([...found.subarray(row * k, (row + 1) * k)], order.slice(0, k));
      }
    }
  }
});

Deno.test("topK refuses a k that cannot be had", () => {
  const text = "Cannot find the largest as their number must be from 1 to the size of the axis, 3";
  assertThrows(() => topK([1, 2, 3], 4), ShapeError, text);
  assertThrows(() => topK([1, 2, 3], 0), ShapeError, text);
  assertThrows(() => topK([1, 2, 3], 1.5), ShapeError, "k = 1.5 for shape [3]");
  assertThrows(() => topK(5, 1), ShapeError, "axis -1 of shape []");
});
