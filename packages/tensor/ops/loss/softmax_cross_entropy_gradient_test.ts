import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  DTypeError,
  grad,
  mul,
  oneHot,
  reshape,
  Rng,
  ShapeError,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
  tensor,
  uniform,
} from "../../mod.ts";
import { softmaxCrossEntropyGradient } from "../../internal.ts";

Deno.test("by hand: class numbers and rows", () => {
  const x = tensor([[0, Math.log(3)], [5, 5]]), dy = tensor([1, -2]);
  const rows = softmaxCrossEntropyGradient([[0, 1], [0.5, 1.5]], x, dy).dataSync();
  [0.25, -0.25, -1, 1].forEach((v, i) => assertAlmostEquals(rows[i], v, 1e-6));
  const classes = softmaxCrossEntropyGradient([1, 0], x, dy).dataSync();
  [0.25, -0.25, 1, -1].forEach((v, i) => assertAlmostEquals(classes[i], v, 1e-6));
});

Deno.test("every number of classes, as dy (softmax(x) - t)", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 10, 33, 1027]) {
    const rng = new Rng(n), x = uniform([3, n], -5, 5, { rng }), dy = uniform([3], -1, 1, { rng });
    const labels = tensor(Int32Array.from([0, n - 1, n >> 1])), t = oneHot(labels, n);
    const expected = mul(reshape(dy, [3, 1]), sub(softmax(x), t)).dataSync();
    for (const given of [labels, t]) {
      const found = softmaxCrossEntropyGradient(given, x, dy).dataSync();
      found.forEach((v, i) => assertAlmostEquals(v, expected[i], 2e-7));
    }
  }
});

Deno.test("what softmaxCrossEntropy is read back with", () => {
  const x = tensor([[1, 2, 4], [3, 3, 3]]), dy = tensor([1, 1]);
  const back = grad((x) => sum(softmaxCrossEntropy([2, 0], x)))(x);
  assertEquals(back.array(), softmaxCrossEntropyGradient([2, 0], x, dy).array());
});

Deno.test("far out, and NaN", () => {
  const far = softmaxCrossEntropyGradient([0, 0], [[1e4, -1e4], [-Infinity, 5]], [1, 1]);
  assertEquals(far.array(), [[0, 0], [-1, 1]]);
  assertEquals(softmaxCrossEntropyGradient([0], [[NaN, 1]], [1]).array(), [[NaN, NaN]]);
});

Deno.test("refuses what does not fit", () => {
  const x = tensor([[1, 2, 4], [3, 3, 3]]);
  assertThrows(() => softmaxCrossEntropyGradient([0], x, [1, 1]), ShapeError, "[1] and [2, 3]");
  assertThrows(() => softmaxCrossEntropyGradient([0, 1], x, [1]), ShapeError);
  assertThrows(
    () => softmaxCrossEntropyGradient([0, 3], x, [1, 1]),
    RangeError,
    "below 3: current 3",
  );
  assertThrows(() => softmaxCrossEntropyGradient(tensor([0, 1]), x, [1, 1]), DTypeError, "int32");
});
