/** Options that do not exist are refused, and an axis given by its number alone is taken. */
import { assertEquals, assertThrows } from "@std/assert";
import * as t from "./mod.ts";

const x = [[1, 5, 2], [7, 3, 7]];
const image = t.ones([1, 4, 4, 2]);

const BY_AXIS: Record<string, (options?: object | number | number[]) => t.Tensor> = {
  mean: (o) => t.mean(x, o),
  sum: (o) => t.sum(x, o),
  max: (o) => t.max(x, o),
  min: (o) => t.min(x, o),
  variance: (o) => t.variance(x, o),
  norm: (o) => t.norm(x, o),
  logsumexp: (o) => t.logsumexp(x, o),
  "moments' mean": (o) => t.moments(x, o).mean,
  argmax: (o) => t.argmax(x, o as number),
  argmin: (o) => t.argmin(x, o as number),
  cumsum: (o) => t.cumsum(x, o as number),
  softmax: (o) => t.softmax(x, o as number),
  logSoftmax: (o) => t.logSoftmax(x, o as number),
  softmaxCrossEntropy: (o) => t.softmaxCrossEntropy([[0, 1, 0], [1, 0, 1]], x, o as number),
};

for (const [name, call] of Object.entries(BY_AXIS)) {
  Deno.test(`${name} takes a number as its axis and refuses what it does not know`, () => {
    for (const axis of [0, 1, -1]) assertEquals(call(axis).array(), call({ axis }).array());
    assertThrows(() => call(2), t.ShapeError, "axis 2");
    assertThrows(() => call(0.5), t.ShapeError, "axis 0.5");
    assertThrows(() => call({ axes: 0 }), TypeError, 'Did you mean "axis"?');
    assertThrows(() => call("axis" as unknown as number), TypeError, "must be an object with axis");
  });
}

Deno.test("several axes are taken alone too", () => {
  assertEquals(t.sum(x, [0, 1]).item(), 25);
  assertEquals(t.mean(x, []).array(), x);
  assertEquals(t.concat([x, x], 1).shape, [2, 6]);
});

const WITH_OPTIONS: Record<string, (options: never) => unknown> = {
  matmul: (o) => t.matmul(x, [[1], [2], [3]], o),
  conv2d: (o) => t.conv2d(image, t.ones([2, 2, 2, 1]), o),
  conv2dTranspose: (o) => t.conv2dTranspose(image, t.ones([2, 2, 1, 2]), o),
  maxPool2d: (o) => t.maxPool2d(image, { size: 2, ...o as object }),
  avgPool2d: (o) => t.avgPool2d(image, { size: 2, ...o as object }),
  upsample2d: (o) => t.upsample2d(image, { size: 2, ...o as object }),
  localResponseNormalization: (o) => t.localResponseNormalization(image, o),
  dropout: (o) => t.dropout(image, 0.5, o),
  oneHot: (o) => t.oneHot([0, 1], 2, o),
  gelu: (o) => t.gelu(x, o),
  batchNorm: (o) => t.batchNorm(x, [0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 0], o),
  batchNormTraining: (o) => t.batchNormTraining(x, [1, 1, 1], [0, 0, 0], o),
  lstmSequence: (o) => t.lstmSequence(t.ones([1, 2, 4]), t.ones([1, 4]), o),
  gruSequence: (o) => t.gruSequence(t.ones([1, 2, 3]), t.ones([1, 3]), o),
  simpleRnnSequence: (o) => t.simpleRnnSequence(t.ones([1, 2, 1]), t.ones([1, 1]), o),
  leastSquares: (o) => t.leastSquares([[1], [2]], [1, 2], o),
};

for (const [name, call] of Object.entries(WITH_OPTIONS)) {
  Deno.test(`${name} refuses options that it does not know`, () => {
    call({} as never);
    assertThrows(() => call({ unheardOf: 1 } as never), TypeError, 'current "unheardOf"');
  });
}

Deno.test("what is no list, or too deep a one, is refused by name", () => {
  const wrong = (f: (x: never) => unknown) => () => f(3 as never);
  for (
    const f of [
      wrong((n) => t.reshape([1], n)),
      wrong((n) => t.concat(n)),
      wrong((n) => t.stack(n)),
      wrong((n) => t.transpose([[1]], n)),
      wrong((n) => t.slice([1], n, n)),
    ]
  ) assertThrows(f, TypeError, "must be an array: current 3");
  assertThrows(() => t.squeeze([[1, 2]], "a" as never), t.ShapeError, "axis a");
  assertThrows(() => t.cast([1], "float64" as "float32"), RangeError, "float32, int32");
  assertThrows(() => t.maxPool2d(image, undefined as never), RangeError, "the window must be");
  assertThrows(() => t.einsum(3 as never, [1]), RangeError, '"3"');
  let deep: t.NestedInput = 1;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  assertThrows(() => t.tensor(deep), t.ShapeError, "at most 64 axes");
  const circle: t.NestedInput[] = [];
  circle.push(circle);
  assertThrows(() => t.tensor(circle), t.ShapeError, "at most 64 axes");
  assertThrows(() => t.zeros(Array(65).fill(1)), t.ShapeError, "at most 64 axes: current 65");
});
