import { assertEquals, assertThrows } from "@std/assert";
import { cumsum, grad, mul, ShapeError, sum, tensor } from "../../mod.ts";

Deno.test("forward, reversed, exclusive, and both", () => {
  const x = tensor([[1, 2, 3], [10, 20, 30]]);
  assertEquals(cumsum(x).array(), [[1, 3, 6], [10, 30, 60]]);
  assertEquals(cumsum(x, { reverse: true }).array(), [[6, 5, 3], [60, 50, 30]]);
  assertEquals(cumsum(x, { exclusive: true }).array(), [[0, 1, 3], [0, 10, 30]]);
  assertEquals(cumsum(x, { exclusive: true, reverse: true }).array(), [[5, 3, 0], [50, 30, 0]]);
  assertEquals(cumsum(x, { axis: 0 }).array(), [[1, 2, 3], [11, 22, 33]]);
});

Deno.test("a middle axis", () => {
  const x = tensor([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 0], [1, 2]]]);
  assertEquals(cumsum(x, { axis: 1 }).array(), [
    [[1, 2], [4, 6], [9, 12]],
    [[7, 8], [16, 8], [17, 10]],
  ]);
});

Deno.test("sums are kept in f64", () => {
  const x = tensor(new Float32Array(1e6).fill(0.1));
  assertEquals(cumsum(x).dataSync()[999_999], Math.fround(1e6 * Math.fround(0.1)));
});

Deno.test("empty, one element, NaN, int32", () => {
  assertEquals(cumsum(tensor([], { shape: [2, 0] })).shape, [2, 0]);
  assertEquals(cumsum([[5]], { exclusive: true }).array(), [[0]]);
  assertEquals(cumsum([1, NaN, 2]).array(), [1, NaN, NaN]);
  const y = cumsum(tensor(new Int32Array([16777216, 1, 1])));
  assertEquals([y.dtype, y.array()], ["int32", [16777216, 16777217, 16777218]]);
});

Deno.test("the gradient runs from the other end", () => {
  const dy = [1, 10, 100];
  const by = (options: Parameters<typeof cumsum>[1]) =>
    grad((x) => sum(mul(dy, cumsum(x, options))))(tensor([4, 5, 6])).array();
  assertEquals(by({}), [111, 110, 100]);
  assertEquals(by({ exclusive: true }), [110, 100, 0]);
  assertEquals(by({ reverse: true }), [1, 11, 111]);
});

Deno.test("refuses axes that are not there", () => {
  assertThrows(() => cumsum([1], { axis: 1 }), ShapeError, "current axis 1");
});
