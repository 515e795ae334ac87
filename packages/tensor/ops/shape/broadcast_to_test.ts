import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { broadcastTo, grad, mul, normal, ShapeError, sum, tensor, useBackend } from "../../mod.ts";

Deno.test("broadcastTo stretches axes of size 1 and adds leading ones", () => {
  assertEquals(broadcastTo([1, 2], [2, 2]).array(), [[1, 2], [1, 2]]);
  assertEquals(broadcastTo([[1], [2]], [2, 3]).array(), [[1, 1, 1], [2, 2, 2]]);
  assertEquals(broadcastTo(7, [1, 2]).array(), [[7, 7]]);
  assertEquals(broadcastTo([[[1], [2]]], [2, 2, 2]).array(), [[[1, 1], [2, 2]], [[1, 1], [2, 2]]]);
  assertEquals(broadcastTo([[1, 2]], [0, 2]).shape, [0, 2]);
  const x = tensor([1, 2]);
  assertStrictEquals(broadcastTo(x, [2]), x);
});

Deno.test("broadcastTo keeps int32 and special values", () => {
  const y = broadcastTo(tensor(new Int32Array([2 ** 31 - 1])), [5]);
  assertEquals([y.dtype, y.array()], ["int32", new Array(5).fill(2 ** 31 - 1)]);
  // 1 / -0 tells -0 from 0.
  const special = broadcastTo([[NaN], [-0]], [2, 2]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [NaN, NaN, -Infinity, -Infinity]);
});

Deno.test("broadcastTo's gradient sums over what was stretched", () => {
  const f = grad((x) =>
    sum(mul(broadcastTo(x, [2, 2, 3]), [[[1, 2, 3], [4, 5, 6]], [[1, 1, 1], [1, 1, 1]]]))
  );
  assertEquals(f(tensor([[0], [0]])).array(), [[9], [18]]);
});

Deno.test("broadcastTo gives the same on any number of threads", async () => {
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    for (
      const [shape, target] of [[[1, 700], [90, 700]], [[700, 1], [700, 90]], [[40, 1, 30], [
        3,
        40,
        33,
        30,
      ]]]
    ) {
      const x = normal(shape), y = broadcastTo(x, target), from = x.dataSync(), to = y.dataSync();
      const [rows, n, columns] = shape.length === 3
        ? [40, 33, 30]
        : shape[0] === 1
        ? [1, 90, 700]
        : [700, 90, 1];
      for (let i = 0; i < to.length; i++) {
        const expected = from[Math.floor(i / (n * columns)) % rows * columns + i % columns];
        if (to[i] !== expected) {
          throw new Error(`[${target}]: element ${i} is ${to[i]}, not ${expected}`);
        }
      }
      assertEquals(y.shape, target);
    }
  }
});

Deno.test("broadcastTo refuses what cannot be stretched", () => {
  assertThrows(
    () => broadcastTo([1, 2], [3]),
    ShapeError,
    "must be equal or 1 to broadcast: current [2] and [3]",
  );
  assertThrows(
    () => broadcastTo([[1], [2]], [2]),
    ShapeError,
    "only axes of size 1 can be stretched",
  );
  assertThrows(() => broadcastTo(1, [-1]), ShapeError, "every size must be an integer");
});

Deno.test("broadcastTo's shape does not change with the array it was given as", () => {
  const shape = [2, 2], y = broadcastTo(1, shape);
  shape[0] = 9;
  assertEquals(y.shape, [2, 2]);
});
