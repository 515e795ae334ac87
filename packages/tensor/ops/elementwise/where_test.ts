import { assertEquals, assertThrows } from "@std/assert";
import { grad, greater, ShapeError, sum, tensor, transpose, where } from "../../mod.ts";

Deno.test("by hand: every value but 0 and -0 is true", () => {
  const a = [1, 2, 3, 4, 5, 6], b = [-1, -2, -3, -4, -5, -6];
  assertEquals(where([1, 0, -0, NaN, 0.5, -(2 ** -149)], a, b).array(), [1, -2, -3, 4, 5, 6]);
  const bits = tensor(new Int32Array([1, 0, -2147483648, 256, 0, -1]));
  assertEquals(where(bits, a, b).array(), [1, -2, 3, 4, -5, 6]);
});

Deno.test("all three are broadcast", () => {
  assertEquals(where([[1], [0]], [1, 2, 3], 9).array(), [[1, 2, 3], [9, 9, 9]]);
  assertEquals(where(1, [[1], [2]], [5, 6]).array(), [[1, 1], [2, 2]]);
  assertEquals(where(0, [[1], [2]], [5, 6]).array(), [[5, 6], [5, 6]]);
  assertEquals(where(transpose([[1, 0], [1, 0]]), 1, 2).array(), [[1, 1], [2, 2]]);
  assertEquals(where(tensor([], { shape: [0, 2] }), 1, [3, 4]).shape, [0, 2]);
  assertThrows(() => where([1, 0, 1], [1, 2], 0), ShapeError, "[3] and [2]");
});

Deno.test("NaN and infinity that are not chosen leave no trace", () => {
  assertEquals(where([1, 0], [1, NaN], [Infinity, 2]).array(), [1, 2]);
});

Deno.test("int32 for two int32 choices, else float32", () => {
  const a = tensor(new Int32Array([2147483647, 2])), b = tensor(new Int32Array([3, 16777217]));
  const y = where([1, 0], a, b);
  assertEquals(y.dtype, "int32");
  assertEquals(y.array(), [2147483647, 16777217]);
  assertEquals(where([1, 0], a, -1).dtype, "int32");
  assertEquals(where([1, 0], a, 0.5).dtype, "float32");
  assertEquals(where([0, 1], a, 0.5).array(), [0.5, 2]);
});

Deno.test("gradients go to the chosen elements; the condition has none", () => {
  const condition = tensor([[1, 0, 1], [1, 1, 0]]), a = tensor([1, 2, 3]), b = tensor(4);
  const f = (i: number) => grad((c, a, b) => sum(where(c, a, b)), i)(condition, a, b).array();
  assertEquals(f(1), [2, 1, 1]);
  assertEquals(f(2), 2);
  assertEquals(f(0), [[0, 0, 0], [0, 0, 0]]);
  const leak = grad((x) => sum(where(greater(x, 0), x, 0)));
  assertEquals(leak(tensor([-1, 2])).array(), [0, 1]);
});
