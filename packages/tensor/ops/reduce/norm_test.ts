import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { grad, norm, sum, type Tensor, tensor } from "../../mod.ts";

Deno.test("of order 1, 2 and infinity", () => {
  const x = tensor([[3, -4], [0, 0], [-12, 5]]);
  assertEquals(norm(x, { axis: 1 }).array(), [5, 0, 13]);
  assertEquals(norm(x, { axis: 1, ord: 1, keepDims: true }).array(), [[7], [0], [17]]);
  assertEquals(norm(x, { axis: 0, ord: Infinity }).array(), [12, 5]);
  assertAlmostEquals(norm(x).item(), Math.sqrt(194), 1e-5);
});

Deno.test("gradients, which are 0 at the zero vector", () => {
  const by = (ord: 1 | 2 | typeof Infinity) =>
    grad((x: Tensor) => sum(norm(x, { ord, axis: 1 })))(tensor([[3, -4], [0, 0]])).array();
  assertEquals(by(2), [[Math.fround(0.6), Math.fround(-0.8)], [0, 0]]);
  assertEquals(by(1), [[1, -1], [0, 0]]);
  assertEquals(by(Infinity), [[0, -1], [0, 0]]);
});

Deno.test("empty, one element, NaN, int32", () => {
  assertEquals(norm(tensor([], { shape: [0] })).item(), 0);
  assertEquals(norm([-3]).item(), 3);
  assertEquals(norm([NaN, 1]).item(), NaN);
  assertEquals(norm(tensor(new Int32Array([3, 4]))).item(), 5);
});

Deno.test("refuses other orders", () => {
  assertThrows(() => norm([1, 2], { ord: 3 as 2 }), RangeError, "1, 2 or Infinity: current 3");
});
