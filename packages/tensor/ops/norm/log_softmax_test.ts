import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  exp,
  grad,
  logSoftmax,
  mul,
  Rng,
  softmax,
  sum,
  tensor,
  transpose,
  uniform,
} from "../../mod.ts";

Deno.test("by hand, along the last axis and along others", () => {
  const x = tensor([[0, Math.log(3)], [5, 5]]), y = logSoftmax(x).dataSync();
  [0.25, 0.75, 0.5, 0.5].forEach((p, i) => assertAlmostEquals(y[i], Math.log(p), 1e-6));
  assertEquals(logSoftmax(transpose(x), { axis: 0 }).array(), transpose(logSoftmax(x)).array());
});

Deno.test("every length: the logarithm of softmax", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 33, 1027]) {
    const x = uniform([3, n], -5, 5, { rng: new Rng(n) });
    const p = exp(logSoftmax(x)).dataSync();
    softmax(x).dataSync().forEach((v, i) => assertAlmostEquals(p[i], v, 1e-6));
  }
});

Deno.test("large numbers and infinities", () => {
  assertEquals(logSoftmax([1e4, -1e4]).array(), [0, -2e4]);
  assertEquals(logSoftmax([-1e4, -1e4 - 200, -Infinity]).array(), [0, -200, -Infinity]);
  assertEquals(logSoftmax([-Infinity, -Infinity]).array(), [NaN, NaN]);
  assertEquals(logSoftmax([[NaN, 1], [0, -200]]).array(), [[NaN, NaN], [0, -200]]);
});

Deno.test("keeps the digits of a probability near 1", () => {
  const [sure] = logSoftmax([20, 0]).dataSync();
  assertAlmostEquals(sure / -Math.log1p(Math.exp(-20)), 1, 1e-5);
});

Deno.test("empty, one class, int32", () => {
  assertEquals(logSoftmax(tensor([], { shape: [0, 3] })).shape, [0, 3]);
  assertEquals(logSoftmax([[7], [-7]]).array(), [[0], [0]]);
  assertEquals(logSoftmax(tensor(new Int32Array([1000, 0]))).array(), [0, -1000]);
});

Deno.test("the gradient, by hand", () => {
  // dy - y sum dy with y = [1/2, 1/2, 0] and dy = [3, 1, 2]
  const dx = grad((x) => sum(mul([3, 1, 2], logSoftmax(x))))(tensor([2, 2, -500]));
  assertEquals(dx.array(), [0, -2, 2]);
});
