import { assert, assertEquals, assertThrows } from "@std/assert";
import { Dense, layers, Sequential, SGD } from "@neurite/nn";
import { full, grad, ones, Rng, ShapeError, sum, tensor, zeros } from "@neurite/tensor";
import { Dropout } from "./dropout.ts";
import { GaussianNoise } from "./gaussian_noise.ts";
import "./layers.ts";
import { SpatialDropout2D } from "./spatial_dropout2d.ts";

const training = (seed: number) => ({ training: true, rng: new Rng(seed) });

Deno.test("dropout drops about its share and keeps the expected value", () => {
  const y = [...new Dropout(0.3).call([ones([100, 100])], training(1)).dataSync()];
  const dropped = y.filter((v) => v === 0).length, mean = y.reduce((a, b) => a + b) / y.length;
  assert(Math.abs(dropped - 3000) < 5 * Math.sqrt(10000 * 0.3 * 0.7), `${dropped}`);
  assert(Math.abs(mean - 1) < 0.04, `${mean}`);
  for (const v of y) assert(v === 0 || Math.abs(v - 1 / 0.7) < 1e-6);
});

Deno.test("the units that are dropped forward are dropped backward", () => {
  const layer = new Dropout(0.5), x = ones([8, 32]);
  let y: number[] = [];
  const dx = grad((x) => {
    const out = layer.call([x], training(3));
    y = [...out.dataSync()];
    return sum(out);
  })(x).dataSync();
  assertEquals([...dx], y); // y = m x / (1 - rate) with x = 1, and dy/dx = m / (1 - rate)
  assert(y.includes(0) && y.includes(2));
});

Deno.test("what comes from dropped units does not learn, what comes from the others does", async () => {
  const model = new Sequential([new Dropout(0.5), new Dense(1, { useBias: false })], { seed: 4 });
  model.buildFor([[32]]);
  model.setWeights([zeros([32, 1])]);
  model.compile({ optimizer: new SGD({ learningRate: 0.25 }), loss: "mse" });
  await model.trainOnBatch(ones([1, 32]), [[1]]);
  // y = 0, so ∂E/∂w = -2 m / (1 - rate), and each weight is 0 or 0.25 · 2 · 2 = 1.
  const w = [...model.getWeights()[0].dataSync()];
  assertEquals([...new Set(w)].sort(), [0, 1]);
});

Deno.test("noise has its mean and deviation, and lets the gradient through as it is", () => {
  const layer = new GaussianNoise(0.5), x = full([100, 100], 3);
  let y: number[] = [];
  const dx = grad((x) => {
    const out = layer.call([x], training(1));
    y = [...out.dataSync()];
    return sum(out);
  })(x).dataSync();
  const mean = y.reduce((a, b) => a + b) / y.length;
  const deviation = Math.sqrt(y.reduce((a, b) => a + (b - mean) ** 2, 0) / y.length);
  assert(Math.abs(mean - 3) < 5 * 0.5 / 100, `${mean}`);
  assert(Math.abs(deviation - 0.5) < 5 * 0.5 / Math.sqrt(2 * 10_000), `${deviation}`);
  assert(dx.every((v) => v === 1));
});

Deno.test("at prediction, and with rate 0, dropout and noise do nothing", () => {
  const x = [[1, -2, 3]];
  const model = new Sequential([new Dropout(0.9), new GaussianNoise(5)]);
  assertEquals(model.predict(x).array(), x);
  const given = tensor(x);
  assertEquals(new Dropout(0).call([given], training(1)), given);
  assertEquals(new GaussianNoise(0).call([given], training(1)), given);
});

Deno.test("the same seed drops the same units, another one others", () => {
  const run = (seed: number) => [...new Dropout(0.5).call([ones([64])], training(seed)).dataSync()];
  assertEquals(run(1), run(1));
  assert(run(1).join() !== run(2).join());
});

Deno.test("spatial dropout drops whole maps, another set for each image", () => {
  const y = new SpatialDropout2D(0.5).call([ones([2, 3, 3, 32])], training(1)).array();
  const [a, b] = y as number[][][][];
  for (const image of [a, b]) {
    for (const row of image) for (const pixel of row) assertEquals(pixel, image[0][0]);
  }
  assert(a[0][0].join() !== b[0][0].join());
  assert(a[0][0].includes(0) && a[0][0].includes(2));
  assertThrows(
    () => new SpatialDropout2D(0.5).call([ones([2, 3])], training(1)),
    ShapeError,
    "images [batch, height, width, channels]",
  );
});

Deno.test("noiseShape shares the fate of units along an axis", () => {
  const layer = new Dropout(0.5, { noiseShape: [null, 1, 16] });
  const [[first, second]] = layer.call([ones([1, 2, 16])], training(1)).array() as number[][][];
  assertEquals(first, second);
  assert(first.includes(0) && first.includes(2));
});

Deno.test("rates and deviations that make no sense are refused", () => {
  for (const rate of [-0.1, 1, NaN]) assertThrows(() => new Dropout(rate), RangeError, `${rate}`);
  for (const s of [-1, NaN, Infinity]) assertThrows(() => new GaussianNoise(s), RangeError, `${s}`);
});

Deno.test("layers are recreated from their configuration", () => {
  for (
    const layer of [
      new Dropout(0.25, { noiseShape: [null, 1, 4] }),
      new SpatialDropout2D(0.5),
      new GaussianNoise(0.1),
    ]
  ) {
    const again = layers.make(JSON.parse(JSON.stringify(layer.toConfig())));
    assertEquals(again.constructor, layer.constructor);
    assertEquals(again.getConfig(), layer.getConfig());
  }
});

Deno.test("a network learns with dropout, and dropout draws anew in each step", async () => {
  const model = new Sequential([
    new Dense(32, { activation: "relu", inputShape: [2] }),
    new Dropout(0.2),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "mse" });
  const X = [[0, 1], [1, 0], [1, 1], [0, 0]], y = [[1], [1], [2], [0]];
  const before = await model.evaluate(X, y);
  const { history: { loss } } = await model.fit(X, y, { epochs: 200, batchSize: 4, verbose: 0 });
  const after = await model.evaluate(X, y);
  assert(after.loss < 0.05 && before.loss > 0.5, `${before.loss} -> ${after.loss}`);
  assert(loss[199] !== loss[198]);
});
