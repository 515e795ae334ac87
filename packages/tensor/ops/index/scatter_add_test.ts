import { assertEquals, assertThrows } from "@std/assert";
import {
  backendInfo,
  DTypeError,
  grad,
  mul,
  normal,
  Rng,
  scatterAdd,
  ShapeError,
  square,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";

Deno.test("scatterAdd adds updates up at their indices", () => {
  assertEquals(scatterAdd([0, 2, 0], [1, 10, 100], 4).array(), [101, 0, 10, 0]);
  assertEquals(scatterAdd([[1], [1]], [[[1, 2]], [[3, 4]]], 2).array(), [[0, 0], [4, 6]]);
  assertEquals(scatterAdd([2, 0], [[1, 2], [3, 4]], 3, 1).array(), [[2, 0, 1], [4, 0, 3]]);
  assertEquals(scatterAdd([2, 0], [[1, 2], [3, 4]], 3, -1).array(), [[2, 0, 1], [4, 0, 3]]);
  assertEquals(scatterAdd(1, [5, 6], 2).array(), [[0, 0], [5, 6]]);
  assertEquals(scatterAdd([], tensor([], { shape: [0, 2] }), 1).array(), [[0, 0]]);
  assertEquals(scatterAdd([], [], 0).shape, [0]);
});

Deno.test("scatterAdd keeps int32 exact", () => {
  const y = scatterAdd([1, 1], new Int32Array([2 ** 30, 1]), 2);
  assertEquals([y.dtype, y.array()], ["int32", [0, 2 ** 30 + 1]]);
});

Deno.test("scatterAdd lets NaN stay where it is", () => {
  assertEquals(scatterAdd([0, 1, 1], [NaN, 1, Infinity], 3).array(), [NaN, Infinity, 0]);
});

Deno.test("scatterAdd's gradient gathers", () => {
  const f = grad((u) => sum(mul(scatterAdd([2, 0, 2], u, 3), [1, 10, 100])));
  assertEquals(f(tensor([0, 0, 0])).array(), [100, 1, 100]);
  // y = [b, 0, a + c]; f = sum y^2, df = 2 y at the indices; the sum of its squares by u.
  const df = grad((u) => sum(square(scatterAdd([2, 0, 2], u, 3))));
  assertEquals(grad((u) => sum(square(df(u))))(tensor([1, 2, 3])).array(), [64, 16, 64]);
});

Deno.test("scatterAdd gives the same bits on any number of threads", async () => {
  const rng = new Rng(4), m = 3000;
  for (const [outer, size, inner] of [[1, 100, 50], [1, 5000, 1], [6, 40, 9], [2, 3, 700]]) {
    const indices = Int32Array.from({ length: m }, () => rng.integer(size));
    const results: (Float32Array | Int32Array)[] = [];
    for (const threads of [1, 2, 3]) {
      await useBackend("wasm", { threads });
      const updates = normal([outer, m, inner], 0, 1, { rng: new Rng(5) });
      results.push(scatterAdd(indices, updates, size, 1).dataSync());
      if (threads > 1) continue;
      const values = updates.dataSync(), expected = new Float32Array(outer * size * inner);
      for (let o = 0; o < outer; o++) {
        for (let j = 0; j < m; j++) {
          for (let i = 0; i < inner; i++) {
            expected[(o * size + indices[j]) * inner + i] += values[(o * m + j) * inner + i];
          }
        }
      }
      assertEquals(results[0], expected);
    }
    assertEquals(results[1], results[0]);
    assertEquals(results[2], results[0]);
  }
});

Deno.test("scatterAdd refuses what does not fit, and loses nothing", () => {
  using u = tensor([[1, 2], [3, 4]]), bad = tensor(new Int32Array([0, 3])), floats = tensor([0, 1]);
  const { liveTensors, memoryInUse } = backendInfo();
  assertThrows(() => scatterAdd(bad, u, 3), RangeError, "below 3: current 3 at position 1");
  assertThrows(() => scatterAdd([0, -1], u, 3), RangeError, "current -1 at position 1");
  assertThrows(() => scatterAdd(floats, u, 3), DTypeError, "must be int32");
  assertThrows(
    () => scatterAdd([0, 1, 2], u, 3),
    ShapeError,
    "the updates must have the shape of the indices from axis 0 on: current [2, 2] and [3]",
  );
  assertThrows(() => scatterAdd([0, 1], u, 3, 2), ShapeError, "the axis must be one of the result");
  assertThrows(() => scatterAdd([0, 1], u, -3), ShapeError, "every size must be an integer");
  assertEquals(
    [backendInfo().liveTensors, backendInfo().memoryInUse],
    [liveTensors, memoryInUse],
  );
});
