import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam, AdamW, Dense, type Optimizer, regularizers, Sequential, SGD } from "@neurite/nn";
import { backendInfo, grad, Rng, tensor, uniform } from "@neurite/tensor";
import { Dropout } from "./dropout.ts";
import { GaussianNoise } from "./gaussian_noise.ts";
import { maxNorm } from "./max_norm.ts";
import { l1, type L1L2, l1l2, l2 } from "./penalties.ts";

Deno.test("penalties and their gradients, worked out by hand", () => {
  const w = tensor([[2, -3], [0.5, 0]]);
  const values: [L1L2, number, number[]][] = [
    [l1(0.1), 0.55, [0.1, -0.1, 0.1, 0]],
    [l2(0.1), 1.325, [0.4, -0.6, 0.1, 0]],
    [l1l2({ l1: 0.1, l2: 0.1 }), 1.875, [0.5, -0.7, 0.2, 0]],
    [l1(0), 0, [0, 0, 0, 0]],
  ];
  for (const [penalty, value, gradient] of values) {
    assertAlmostEquals(penalty.penalty(w).item(), value, 1e-6);
    const g = grad((w) => penalty.penalty(w))(w).dataSync();
    gradient.forEach((expected, i) => assertAlmostEquals(g[i], expected, 1e-6));
  }
});

Deno.test("penalties are recreated from their configuration, and refuse nonsense", () => {
  const again = regularizers.make(JSON.parse(JSON.stringify(l1l2({ l1: 1, l2: 2 }).toConfig())));
  assertEquals(again, l1l2({ l1: 1, l2: 2 }));
  for (const λ of [-1, NaN, Infinity]) assertThrows(() => l2(λ), RangeError, `${λ}`);
});

/** A linear model that was trained from fixed weights on fixed examples; its weights. */
async function trained(optimizer: Optimizer, λ: number): Promise<Float32Array> {
  const rng = new Rng(5),
    X = uniform([32, 6], -1, 1, { rng }),
    y = uniform([32, 1], -1, 1, { rng });
  const model = new Sequential([
    new Dense(1, { useBias: false, kernelRegularizer: λ ? l2(λ) : undefined, inputShape: [6] }),
  ]);
  model.setWeights([uniform([6, 1], -1, 1, { rng })]);
  model.compile({ optimizer, loss: "mse" });
  await model.fit(X, y, { epochs: 30, batchSize: 32, shuffle: false, verbose: 0 });
  return model.getWeights()[0].dataSync() as Float32Array;
}

/** The largest difference. */
const distance = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((v, i) => Math.abs(v - b[i])));

Deno.test("under SGD, L2 with λ is weight decay with 2 λ", async () => {
  const penalized = await trained(new SGD({ learningRate: 0.1 }), 0.05);
  const decayed = await trained(new SGD({ learningRate: 0.1, weightDecay: 0.1 }), 0);
  const plain = await trained(new SGD({ learningRate: 0.1 }), 0);
  assert(distance(penalized, decayed) < 1e-5, `${distance(penalized, decayed)}`);
  assert(distance(penalized, plain) > 0.01);
});

Deno.test("under Adam, L2 and weight decay differ", async () => {
  const penalized = await trained(new Adam({ learningRate: 0.02 }), 0.05);
  const decayed = await trained(new AdamW({ learningRate: 0.02, weightDecay: 0.1 }), 0);
  const plain = await trained(new Adam({ learningRate: 0.02 }), 0);
  assert(distance(penalized, decayed) > 0.01, `${distance(penalized, decayed)}`);
  assert(distance(penalized, plain) > 0.01 && distance(decayed, plain) > 0.001);
});

Deno.test("the penalty is part of the reported loss", async () => {
  const model = new Sequential([new Dense(1, { kernelRegularizer: l1(0.5), inputShape: [1] })]);
  model.setWeights([tensor([[3]]), tensor([0])]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  assertAlmostEquals((await model.evaluate([[1]], [[3]])).loss, 1.5, 1e-6);
});

Deno.test("a model keeps its penalties and bounds through its configuration", async () => {
  const model = new Sequential([
    new Dense(2, {
      kernelRegularizer: l1(0.5),
      biasRegularizer: l1l2({ l1: 1, l2: 2 }),
      kernelConstraint: maxNorm(1),
      inputShape: [1],
    }),
  ]);
  const again = Sequential.fromConfig(JSON.parse(JSON.stringify(model.getConfig())));
  again.setWeights([tensor([[3, -1]]), tensor([1, -2])]);
  again.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "mse" });
  const batch = [[[1]], [[4, -3]]]; // No error: the loss is the penalty.
  assertAlmostEquals((await again.testOnBatch(batch[0], batch[1])).loss, 2 + 3 + 2 * 5, 1e-5);
  await again.trainOnBatch(batch[0], batch[1]);
  const w = again.getWeights()[0].dataSync();
  [1, -1].forEach((v, i) => assertAlmostEquals(w[i], v, 1e-6));
});

Deno.test("1,000 steps with everything leave nothing behind", async () => {
  const model = new Sequential([
    new GaussianNoise(0.1),
    new Dense(4, { kernelRegularizer: l1l2(), kernelConstraint: maxNorm(1) }),
    new Dropout(0.5),
    new Dense(1, { kernelRegularizer: l2(), biasRegularizer: l1() }),
  ], { seed: 1 });
  model.compile({ optimizer: new AdamW(), loss: "mse" });
  const x = [[1, 2], [3, 4]], y = [[1], [2]], held = [];
  for (let step = 0; step <= 1000; step++) {
    await model.trainOnBatch(x, y);
    const { liveTensors, memoryInUse } = backendInfo();
    if (step === 10 || step === 1000) held.push([liveTensors, memoryInUse]);
  }
  assertEquals(held[1], held[0]);
});

Deno.test("max-norm scales back the weights of the units that are too long", async () => {
  const w = maxNorm(1).project(tensor([[3, 0.3], [4, 0.4]])).dataSync();
  [0.6, 0.3, 0.8, 0.4].forEach((v, i) => assertAlmostEquals(w[i], v, 1e-6));
  const all = maxNorm(1, { axis: [0, 1] }).project(tensor([[3], [4]])).dataSync();
  [0.6, 0.8].forEach((v, i) => assertAlmostEquals(all[i], v, 1e-6));
  assertThrows(() => maxNorm(0), RangeError, "current 0");

  const model = new Sequential([new Dense(1, { kernelConstraint: maxNorm(0.5), inputShape: [1] })]);
  model.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss: "mse" });
  await model.fit([[1], [2]], [[10], [20]], { epochs: 5, verbose: 0 });
  assertAlmostEquals(Math.abs(model.getWeights()[0].dataSync()[0]), 0.5, 1e-5);
});

Deno.test("L1 makes the weights of inputs that do not matter zero, L2 only small", async () => {
  const rng = new Rng(9), X = uniform([200, 8], -1, 1, { rng });
  const values = X.array() as number[][], y = values.map((x) => [2 * x[0] - x[1]]);
  const fit = async (penalty: L1L2) => {
    const model = new Sequential([new Dense(1, { kernelRegularizer: penalty, inputShape: [8] })], {
      seed: 1,
    });
    model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse" });
    await model.fit(X, y, { epochs: 60, batchSize: 20, verbose: 0 });
    return [...model.getWeights()[0].dataSync()].map(Math.abs);
  };
  const [a1, b1, ...rest1] = await fit(l1(0.1)), [, , ...rest2] = await fit(l2(0.1));
  assert(a1 > 1.5 && b1 > 0.5, `${a1} ${b1}`);
  assert(Math.max(...rest1) < 0.02, `${rest1}`);
  assert(Math.max(...rest2) > 0.0005);
});
