import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  DTypeError,
  grad,
  logSoftmax,
  Rng,
  ShapeError,
  softmaxCrossEntropy,
  sum,
  tensor,
  uniform,
  valueAndGrad,
} from "../../mod.ts";

Deno.test("by hand: probabilities and class numbers", () => {
  const logits = tensor([[0, Math.log(3)], [1, 1]]);
  const labels = tensor([[0.5, 0.5], [1, 0]]);
  const [a, b] = softmaxCrossEntropy(labels, logits).dataSync();
  assertAlmostEquals(a, -0.5 * Math.log(0.25) - 0.5 * Math.log(0.75), 1e-6);
  assertAlmostEquals(b, Math.log(2), 1e-6);
  const [c, d] = softmaxCrossEntropy(tensor(new Int32Array([1, 0])), logits).dataSync();
  assertAlmostEquals(c, -Math.log(0.75), 1e-6);
  assertEquals(d, b);
});

Deno.test("every number of classes, as -t logSoftmax(x)", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 10, 33, 1027]) {
    const rng = new Rng(n), x = uniform([3, n], -5, 5, { rng }), t = uniform([3, n], 0, 1, { rng });
    const y = logSoftmax(x).dataSync(), weights = t.dataSync();
    const classes = [0, n - 1, n >> 1];
    const byClass = softmaxCrossEntropy(tensor(Int32Array.from(classes)), x).dataSync();
    softmaxCrossEntropy(t, x).dataSync().forEach((loss, i) => {
      let expected = 0;
      for (let j = 0; j < n; j++) expected -= weights[i * n + j] * y[i * n + j];
      assertAlmostEquals(loss, expected, 2e-6 * Math.max(1, expected));
      assertAlmostEquals(byClass[i], -y[i * n + classes[i]], 1e-6);
    });
  }
});

Deno.test("labels in other forms: host arrays, int32 one-hot rows, another axis", () => {
  const logits = [[1, 2, 4], [3, 3, 3]], classes = softmaxCrossEntropy([2, 0], logits).array();
  assertEquals(softmaxCrossEntropy([[0, 0, 1], [1, 0, 0]], logits).array(), classes);
  const oneHot = tensor(new Int32Array([0, 0, 1, 1, 0, 0]), { shape: [2, 3] });
  assertEquals(softmaxCrossEntropy(oneHot, logits).array(), classes);
  const across = [[1, 3], [2, 3], [4, 3]];
  assertEquals(softmaxCrossEntropy([2, 0], across, { axis: 0 }).array(), classes);
  assertEquals(softmaxCrossEntropy(2, [1, 2, 4]).item(), (classes as number[])[0]);
});

Deno.test("large logits, and classes of probability 0", () => {
  assertEquals(softmaxCrossEntropy([0, 1], [[1e4, -1e4], [1e4, -1e4]]).array(), [0, 2e4]);
  const masked = [[-Infinity, 5, 5]];
  assertAlmostEquals(softmaxCrossEntropy([[0, 1, 0]], masked).dataSync()[0], Math.log(2), 1e-6);
  assertEquals(softmaxCrossEntropy([[0.5, 0.5, 0]], masked).array(), [Infinity]);
  assertEquals(softmaxCrossEntropy([0], masked).array(), [Infinity]);
  assertEquals(softmaxCrossEntropy([0], [[NaN, 1]]).array(), [NaN]);
  const [sure] = softmaxCrossEntropy([0], [[20, 0]]).dataSync();
  assertAlmostEquals(sure / Math.log1p(Math.exp(-20)), 1, 1e-5);
});

Deno.test("empty batches and no classes", () => {
  assertEquals(
    softmaxCrossEntropy(tensor([], { shape: [0, 3] }), tensor([], { shape: [0, 3] })).shape,
    [0],
  );
  const none = tensor([], { shape: [2, 0] });
  assertEquals(softmaxCrossEntropy(none, none).array(), [0, 0]);
});

Deno.test("gradients by hand, for labels whose sum is not 1 too", () => {
  const logits = tensor([[2, 2]]), labels = tensor([[1, 2]]);
  const { gradients: [dt, dx] } = valueAndGrad((t, x) => sum(softmaxCrossEntropy(t, x)))(
    labels,
    logits,
  );
  assertEquals(dx.array(), [[0.5, -0.5]]);
  dt.dataSync().forEach((v) => assertAlmostEquals(v, Math.log(2), 1e-6));
  assertEquals(grad((x) => sum(softmaxCrossEntropy([1], x)))(logits).array(), [[0.5, -0.5]]);
});

Deno.test("refuses labels that do not fit", () => {
  const x = [[1, 2], [3, 4]];
  assertThrows(() => softmaxCrossEntropy([[1, 0]], x), ShapeError, "current [1, 2] and [2, 2]");
  assertThrows(() => softmaxCrossEntropy([0, 2], x), RangeError, "current 2 at position 1");
  assertThrows(
    () => softmaxCrossEntropy(tensor(new Int32Array([-1, 0])), x),
    RangeError,
    "current -1 at position 0",
  );
  assertThrows(() => softmaxCrossEntropy(tensor([0, 1]), x), DTypeError, 'cast(x, "int32")');
  assertThrows(() => softmaxCrossEntropy([0.5, 1], x), RangeError, "current 0.5 at position 0");
});
