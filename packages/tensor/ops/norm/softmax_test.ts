import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { grad, mul, Rng, ShapeError, softmax, sum, tensor, transpose, uniform } from "../../mod.ts";

Deno.test("by hand, along the last axis and along others", () => {
  const x = tensor([[0, Math.log(3)], [5, 5]]);
  const y = softmax(x).dataSync();
  [0.25, 0.75, 0.5, 0.5].forEach((p, i) => assertAlmostEquals(y[i], p, 1e-7));
  assertEquals(softmax(transpose(x), { axis: 0 }).array(), transpose(softmax(x)).array());
});

Deno.test("every length: sums of 1, in the order of the numbers", () => {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 33, 1027]) {
    const x = uniform([3, n], -20, 20, { rng: new Rng(n) }), y = softmax(x);
    for (const total of sum(y, { axis: 1 }).dataSync()) assertAlmostEquals(total, 1, 1e-6);
    const values = x.dataSync(), p = y.dataSync();
    for (let i = 0; i < 3; i++) {
      const row = values.subarray(i * n, (i + 1) * n), most = Math.max(...row);
      let total = 0;
      for (const v of row) total += Math.exp(v - most);
      row.forEach((v, j) => assertAlmostEquals(p[i * n + j], Math.exp(v - most) / total, 1e-6));
    }
  }
});

Deno.test("large numbers and infinities", () => {
  assertEquals(softmax([1e4, -1e4, 1e4]).array(), [0.5, 0, 0.5]);
  assertEquals(softmax([-1e4, -Infinity, -1e4, -Infinity, -Infinity]).array(), [0.5, 0, 0.5, 0, 0]);
  assertEquals(softmax([-Infinity, -Infinity]).array(), [NaN, NaN]);
  assertEquals(softmax([Infinity, 1]).array(), [NaN, NaN]);
  assertEquals(softmax([[NaN, 1], [2, 2]]).array(), [[NaN, NaN], [0.5, 0.5]]);
});

Deno.test("empty, one class, int32", () => {
  assertEquals(softmax(tensor([], { shape: [0, 3] })).shape, [0, 3]);
  assertEquals(softmax(tensor([], { shape: [3, 0] })).shape, [3, 0]);
  assertEquals(softmax([[7], [-7]]).array(), [[1], [1]]);
  assertEquals(softmax(tensor(new Int32Array([3, 3]))).array(), [0.5, 0.5]);
});

Deno.test("the gradient, by hand, where probabilities are 0 too", () => {
  // y (dy - sum dy y) with y = [1/2, 1/2, 0] and dy = [3, 1, 5]
  const dx = grad((x) => sum(mul([3, 1, 5], softmax(x))))(tensor([2, 2, -Infinity]));
  assertEquals(dx.array(), [0.5, -0.5, 0]);
});

Deno.test("refuses axes that are not there", () => {
  assertThrows(() => softmax([1], { axis: 1 }), ShapeError, "current axis 1");
  assertThrows(() => softmax(1), ShapeError, "current axis -1");
});
