import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  concat,
  DTypeError,
  grad,
  mul,
  normal,
  ShapeError,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";

Deno.test("concat puts tensors one after another along an axis", () => {
  const a = [[1, 2], [3, 4]], b = [[5, 6]];
  assertEquals(concat([a, b]).array(), [[1, 2], [3, 4], [5, 6]]);
  assertEquals(concat([a, [[5], [6]], a], 1).array(), [[1, 2, 5, 1, 2], [3, 4, 6, 3, 4]]);
  assertEquals(concat([a, [[5], [6]]], -1).array(), [[1, 2, 5], [3, 4, 6]]);
  assertEquals(concat([tensor([], { shape: [0, 2] }), b, b]).array(), [[5, 6], [5, 6]]);
  const x = tensor(a);
  assertStrictEquals(concat([x]), x);
});

Deno.test("concat keeps int32 and special values", () => {
  const y = concat([tensor(new Int32Array([2 ** 31 - 1])), tensor(new Int32Array([-1, 0]))]);
  assertEquals([y.dtype, y.array()], ["int32", [2 ** 31 - 1, -1, 0]]);
  // 1 / -0 tells -0 from 0.
  const special = concat([[NaN, -0], [-Infinity]]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [NaN, -Infinity, 0]);
});

Deno.test("concat gives each tensor its part of the gradient, and adds up where one stands twice", () => {
  const weights = tensor([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]);
  const f = grad((a) => sum(mul(concat([a, [[0], [0]], a], 1), weights)));
  assertEquals(f(tensor([[1, 1], [1, 1]])).array(), [[5, 7], [15, 17]]);
});

Deno.test("concat gives the same on any number of threads", async () => {
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const a = normal([300, 70, 3]), b = normal([300, 70, 2]), y = concat([a, b], 2).dataSync();
    const [p, q] = [a.dataSync(), b.dataSync()];
    for (let i = 0; i < 21000; i++) {
      const expected = [...p.subarray(3 * i, 3 * i + 3), ...q.subarray(2 * i, 2 * i + 2)];
      assertEquals([...y.subarray(5 * i, 5 * i + 5)], expected);
    }
    assertEquals(concat([a, a, a]).dataSync().slice(2 * p.length), p);
  }
});

Deno.test("concat refuses tensors that do not fit", () => {
  assertThrows(
    () => concat([[[1, 2]], [[1, 2, 3]]]),
    ShapeError,
    "Cannot concat as all tensors must have the same sizes, except on axis 0: current [1, 2] and [1, 3]",
  );
  assertThrows(() => concat([[1], [[1]]]), ShapeError, "[1] and [1, 1]");
  assertThrows(() => concat([1, 2]), ShapeError, "rank 0");
  assertThrows(() => concat([[1], [2]], 1), ShapeError, "axis 1 of shape [1]");
  assertThrows(() => concat([]), ShapeError, "at least one tensor");
  assertThrows(
    () => concat([[1], new Int32Array([2])]),
    DTypeError,
    "float32 and int32. Use cast()",
  );
});
