import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  batchNorm,
  batchNormTraining,
  mul,
  normal,
  ones,
  Rng,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  uniform,
  useBackend,
  valueAndGrad,
  zeros,
} from "../../mod.ts";

Deno.test("a batch comes out with mean beta and standard deviation gamma", () => {
  const x = normal([64, 7, 7, 5], 100, 3, { rng: new Rng(1) });
  const { y, mean, variance } = batchNormTraining(x, [1, 2, 3, 4, 5], [0, 10, 20, 30, 40], {
    epsilon: 0,
  });
  const again = batchNormTraining(y, ones([5]), zeros([5]));
  assertEquals([mean.shape, variance.shape], [[5], [5]]);
  for (let c = 0; c < 5; c++) {
    assertAlmostEquals(mean.dataSync()[c], 100, 0.3);
    assertAlmostEquals(variance.dataSync()[c], 9, 0.6);
    assertAlmostEquals(again.mean.dataSync()[c], 10 * c, 1e-4);
    assertAlmostEquals(Math.sqrt(again.variance.dataSync()[c]), 1 + c, 1e-4);
  }
});

Deno.test("with the statistics of the batch, prediction gives what training gave", () => {
  const x = uniform([6, 3, 3, 4], -2, 5, { rng: new Rng(2) });
  const gamma = tensor([1, -2, 0.5, 0]), beta = tensor([0, 1, 2, 3]);
  const { y, mean, variance } = batchNormTraining(x, gamma, beta);
  assertEquals(batchNorm(x, mean, variance, gamma, beta).dataSync(), y.dataSync());
});

Deno.test("a gradient does not change the sum of a channel, nor its spread", () => {
  const x = uniform([50, 3], -2, 5, { rng: new Rng(3) });
  const weights = uniform([50, 3], -1, 1, { rng: new Rng(4) });
  const loss = valueAndGrad((x: Tensor, gamma: Tensor, beta: Tensor) =>
    sum(mul(weights, batchNormTraining(x, gamma, beta, { epsilon: 0 }).y))
  );
  const [dx] = loss(x, ones([3]), zeros([3])).gradients;
  for (const v of sum(dx, { axis: 0 }).dataSync()) assertAlmostEquals(v, 0, 1e-5);
  for (const v of sum(mul(dx, x), { axis: 0 }).dataSync()) assertAlmostEquals(v, 0, 1e-5);
});

Deno.test("the statistics are constants", () => {
  const f = valueAndGrad((x) => {
    const { mean, variance } = batchNormTraining(x, [1], [0]);
    return sum(mul(mean, variance));
  });
  assertEquals([...f(tensor([[1], [5]])).gradients[0].dataSync()], [0, 0]);
});

Deno.test("a channel that is constant comes out as beta", () => {
  const { y } = batchNormTraining([[3, 1], [3, 2]], [2, 2], [7, 0]);
  const [a, , b] = y.dataSync();
  assertEquals([a, b], [7, 7]);
});

Deno.test("results are the same to the bit for any number of threads", async () => {
  const results = () =>
    [[32, 28, 28, 6], [8, 14, 14, 96], [3001, 7]].flatMap((shape) => {
      const x = uniform(shape, -1, 3, { rng: new Rng(6) }), c = shape[shape.length - 1];
      const { value, gradients } = valueAndGrad((x, gamma, beta) =>
        sum(mul(x, batchNormTraining(x, gamma, beta).y))
      )(x, ones([c]), zeros([c]));
      return [value, ...gradients].map((t) => t.dataSync());
    });
  try {
    await useBackend("wasm", { threads: 1 });
    const one = results();
    assert(one[0][0] > 0);
    for (const threads of [2, 3]) {
      await useBackend("wasm", { threads });
      assertEquals(results(), one);
    }
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});

Deno.test("what makes no sense is refused", () => {
  const x = ones([4, 3]);
  assertThrows(() => batchNormTraining(x, [1, 1], [0, 0, 0]), ShapeError, "gamma");
  assertThrows(() => batchNormTraining(1, [1], [0]), ShapeError, "last axis");
  assertThrows(() => batchNorm(x, [0], [1, 1, 1], [1, 1, 1], [0, 0, 0]), ShapeError, "the center");
  assertThrows(() => batchNormTraining(x, [1, 1, 1], [0, 0, 0], { epsilon: -1 }), RangeError);
});
