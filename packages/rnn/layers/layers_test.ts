import {
  Bidirectional,
  Embedding,
  Masking,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
} from "@neurite/rnn";
import { Dense, Flatten, Input, layers, Model, Sequential, SGD } from "@neurite/nn";
import {
  backendInfo,
  DataError,
  DivergedError,
  Rng,
  ShapeError,
  type Tensor,
  tensor,
  type TensorLike,
  tidy,
  uniform,
} from "@neurite/tensor";
import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { assertClose } from "../../../testing/close.ts";
import { checkCase, type KerasFixture, sequentialOf } from "../../../testing/keras_cases.ts";

interface Fixture extends KerasFixture {
  embedding: {
    x: TensorLike;
    weights: TensorLike[];
    y: TensorLike;
    target: TensorLike;
    sampleWeight: number[];
    weighted: number;
    losses: number[];
    trained: TensorLike[];
  };
  stateful: { x: TensorLike[]; weights: TensorLike[]; y: TensorLike[] };
  states: { x: TensorLike[]; weights: TensorLike[]; y: TensorLike[] };
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/layers.json", import.meta.url)),
);

for (const one of fixture.cases) {
  Deno.test(`layers: ${one.name} as Keras, its gradients, and 20 steps`, async () => {
    await checkCase(sequentialOf(one), one, fixture.steps);
  });
}

Deno.test("layers: an embedding with a mask learns as Keras's, steps that are masked do not count", async () => {
  const { x, weights, y, target, sampleWeight, weighted, losses, trained } = fixture.embedding;
  const model = new Sequential([
    new Embedding(6, 3, { maskZero: true, inputShape: [null] }),
    new SimpleRNN(4, { returnSequences: true }),
    new Dense(5, { activation: "softmax" }),
  ]);
  model.setWeights(weights);
  assertClose(model.predict(x), y, 1e-5, "prediction");
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss, metrics: ["accuracy", loss] });
  const { loss: found } = await model.testOnBatch(x, target, sampleWeight);
  assertAlmostEquals(found, weighted, 1e-5);
  for (const wanted of losses) {
    const logs = await model.trainOnBatch(x, target);
    assertAlmostEquals(logs.loss, wanted, 1e-5);
    assertAlmostEquals(logs[loss], wanted, 1e-5); // as a metric, over the same steps
  }
  model.namedWeights().forEach(([name, w], i) => assertClose(w.value, trained[i], 1e-4, name));
  // What stands at masked steps changes nothing.
  const other = (target as number[][]).map((row, i) =>
    row.map((t, k) => k > 3 - 2 * i ? 4 - t : t)
  );
  assertNotEquals(other, target);
  const masked = await model.testOnBatch(x, other), plain = await model.testOnBatch(x, target);
  assertEquals(masked.loss, plain.loss);
  assertEquals(masked.accuracy, plain.accuracy);
});

Deno.test("layers: accuracy counts the steps that are there", async () => {
  const model = new Sequential([
    new Input({ shape: [null, 2] }),
    new Masking({ maskValue: -1 }),
    new Dense(2, { activation: "softmax" }),
  ]);
  model.setWeights([[[9, 0], [0, 9]], [0, 0]]);
  model.compile({
    optimizer: "sgd",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
    weightedMetrics: ["sparseCategoricalAccuracy"],
  });
  const x = [[[1, 0], [0, 1], [1, 0]], [[1, 0], [-1, -1], [-1, -1]]];
  const logs = await model.testOnBatch(x, [[0, 0, 0], [0, 1, 1]], [1, 3]);
  assertEquals(logs.accuracy, 3 / 4); // of four steps one is wrong
  assertEquals(logs.sparseCategoricalAccuracy, 5 / 6); // of weights 1, 1, 1 and 3 one 1
});

Deno.test("layers: a stateful layer goes on with the next batch, as Keras's, until it is reset", () => {
  const { x, weights, y } = fixture.stateful;
  const layer = new SimpleRNN(3, { stateful: true, returnSequences: true });
  const model = new Sequential([new Input({ shape: [null, 2] }), layer], { seed: 1 });
  model.setWeights(weights);
  const run = (i: number) => model.predict(x[i]);
  assertClose(run(0), y[0], 1e-5);
  assertClose(run(1), y[1], 1e-5);
  model.resetStates();
  const anew = run(1);
  assertNotEquals(anew.array(), y[1]);
  model.resetStates();
  run(0);
  assertClose(run(1), y[1], 1e-5);
  assertThrows(() => model.predict([[[1, 2]]]), ShapeError, "Call resetStates() first");
  assertEquals(model.weights.map(({ name }) => name), ["kernel", "recurrent_kernel", "bias"]);
});

Deno.test("layers: states of a stateful layer live through training and are freed", async () => {
  const layer = new SimpleRNN(3, { stateful: true }), held = () => backendInfo().liveTensors;
  const model = new Sequential([new Input({ shape: [null, 2] }), layer, new Dense(1)], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "meanSquaredError" });
  const x = [[[1, 0], [0, 1]], [[1, 1], [0, 0]]], y = [[1], [0]];
  await model.trainOnBatch(x, y);
  const before = held();
  for (let i = 0; i < 20; i++) await model.trainOnBatch(x, y);
  assertEquals(held(), before);
  model.resetStates();
  assertEquals(held(), before - 1);
});

Deno.test("layers: states go in and come out, as Keras's", () => {
  const { x, weights, y } = fixture.states;
  const sequence = new Input({ shape: [null, 2] }), state = new Input({ shape: [3] });
  const rnn = new SimpleRNN(3, { returnSequences: true, returnState: true });
  const outputs = rnn.applyAll([sequence, state]);
  const model = new Model({ inputs: [sequence, state], outputs });
  model.setWeights(weights);
  model.predictAll(x).forEach((result, i) => assertClose(result, y[i], 1e-5, `result ${i}`));
  assertThrows(
    () => rnn.applyAll([sequence, state, state]),
    ShapeError,
    "no state or 1 of shape [3]",
  );
});

Deno.test("layers: any length of sequence, and what was padded, gives the same result", () => {
  const model = new Sequential([
    new Embedding(9, 4, { maskZero: true, inputShape: [null] }),
    new Bidirectional(new SimpleRNN(3, { returnSequences: true })),
    new StackedRNN([new SimpleRNN(4, { returnSequences: true }), new SimpleRNN(2)]),
  ], { seed: 1 });
  const alone = model.predict([[5, 3, 8]]).array() as number[][];
  const padded = model.predict([[5, 3, 8, 0, 0], [1, 2, 3, 4, 5]]).array() as number[][];
  alone[0].forEach((v, i) => assertAlmostEquals(padded[0][i], v, 1e-6));
  const inFront = model.predict([[0, 5, 3, 8]]).array() as number[][];
  alone[0].forEach((v, i) => assertAlmostEquals(inFront[0][i], v, 1e-6));
});

Deno.test("layers: numbers of symbols stand for one-hot vectors", async () => {
  const symbols = [[0, 2, 1], [3, 3, 0]];
  const vectors = symbols.map((row) => row.map((s) => [0, 1, 2, 3].map((i) => i === s ? 1 : 0)));
  const options = { dropout: 0.4, returnSequences: true };
  const numbers = new Sequential(
    [new SimpleRNN(5, { ...options, oneHot: 4, inputShape: [null] })],
    {
      seed: 1,
    },
  );
  const plain = new Sequential([new SimpleRNN(5, { ...options, inputShape: [null, 4] })], {
    seed: 1,
  });
  assertEquals(numbers.predict(symbols).array(), plain.predict(vectors).array());
  const target = tidy(() => uniform([2, 3, 5], -1, 1, { rng: new Rng(1) }).toNdarray());
  for (const model of [numbers, plain]) model.compile({ optimizer: "sgd", loss: "mse" });
  for (let i = 0; i < 5; i++) {
    const [a, b] = [
      await numbers.trainOnBatch(symbols, target),
      await plain.trainOnBatch(vectors, target),
    ];
    assertAlmostEquals(a.loss, b.loss, 1e-6);
  }
  assertThrows(() => numbers.predict([[0.5]]), DataError, "0.5 at 0");
  assertThrows(() => numbers.predict([[4]]), RangeError);
});

Deno.test("layers: dropout drops the same inputs and states at all steps, in training only", () => {
  const layer = new SimpleRNN(50, { dropout: 0.5, recurrentDropout: 0.5, returnSequences: true });
  const x = tensor([[[1, 1], [1, 1], [1, 1]]]);
  layer.ensureBuilt([[3, 2]], new Rng(1));
  const run = (training: boolean, seed: number) =>
    (layer.call([x], { training, rng: new Rng(seed) }) as Tensor).array();
  assertEquals(run(false, 1), run(false, 2));
  assertEquals(run(true, 3), run(true, 3));
  assertNotEquals(run(true, 3), run(true, 4));
  for (const options of [{ dropout: 1 }, { dropout: -0.1 }, { recurrentDropout: NaN }]) {
    assertThrows(() => new SimpleRNN(2, options), RangeError, "from 0 to below 1");
  }
});

Deno.test("layers: configurations make the same layers again, saved models too", async () => {
  const inner = () => new SimpleRNN(2, { returnSequences: true, activation: "relu" });
  const every = [
    new SimpleRNN(3, { stateful: true, useBias: false, dropout: 0.1, recurrentDropout: 0.2 }),
    new SimpleRNN(3, { oneHot: 7, returnState: true, goBackwards: true, trainable: false }),
    new Bidirectional(inner(), { mergeMode: "ave" }),
    new Bidirectional(inner(), {
      backwardLayer: new SimpleRNN(2, { returnSequences: true, goBackwards: true }),
      mergeMode: null,
    }),
    new StackedRNN([inner(), inner()], { name: "stack" }),
    new TimeDistributed(new Dense(3, { activation: "tanh" })),
    new Embedding(5, 2, { maskZero: true, embeddingsInitializer: "ones" }),
    new Masking({ maskValue: 2 }),
  ];
  for (const layer of every) {
    const config = layer.toConfig(), again = layers.make(JSON.parse(JSON.stringify(config)));
    assertEquals(again.toConfig(), config);
    assertEquals(again.constructor, layer.constructor);
  }
  const model = new Sequential([
    new Embedding(5, 2, { maskZero: true, inputShape: [null] }),
    new Bidirectional(inner()),
    new StackedRNN([inner(), inner()]),
    new TimeDistributed(new Dense(3)),
  ], { seed: 1 });
  assertEquals(model.namedWeights().map(([name]) => name).slice(1, 8), [
    "bidirectional/forward_simple_rnn/kernel",
    "bidirectional/forward_simple_rnn/recurrent_kernel",
    "bidirectional/forward_simple_rnn/bias",
    "bidirectional/backward_simple_rnn/kernel",
    "bidirectional/backward_simple_rnn/recurrent_kernel",
    "bidirectional/backward_simple_rnn/bias",
    "stacked_rnn/simple_rnn/kernel",
  ]);
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`, x = [[1, 2, 0]];
  try {
    await model.save(path);
    const { loadModel } = await import("@neurite/nn");
    const loaded = await loadModel(path);
    assertEquals(loaded.predict(x).array(), model.predict(x).array());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("layers: weights of wrapped layers are trained, unless they are not to be", () => {
  const layer = new Bidirectional(new SimpleRNN(2));
  const model = new Sequential([new Input({ shape: [null, 3] }), layer]);
  assertEquals(layer.sublayers, [layer.forwardLayer, layer.backwardLayer]);
  assertEquals(model.trainableWeights.length, 6);
  assertEquals(model.countParams(), 2 * (3 * 2 + 2 * 2 + 2));
  layer.forwardLayer.trainable = false;
  assertEquals(model.trainableWeights.length, 3);
  layer.trainable = false;
  assertEquals(model.trainableWeights.length, 0);
});

Deno.test("layers: the recurrent kernel starts orthogonal", () => {
  const model = new Sequential([new SimpleRNN(6, { inputShape: [null, 2] })], { seed: 1 });
  const u = model.weights[1].value.array() as number[][];
  u.forEach((row, i) =>
    u.forEach((other, j) => {
      const dot = row.reduce((sum, v, k) => sum + v * other[k], 0);
      assertAlmostEquals(dot, i === j ? 1 : 0, 1e-5);
    })
  );
});

Deno.test("layers: bad input gets a clear error", async () => {
  for (const units of [0, -1, 1.5, NaN]) {
    assertThrows(() => new SimpleRNN(units), RangeError, "units");
    assertThrows(() => new Embedding(units, 2), RangeError);
  }
  assertThrows(
    () => new SimpleRNN(1, { activation: "gelu" as "relu" }),
    RangeError,
    "tanh or relu",
  );
  assertThrows(
    () => new Sequential([new SimpleRNN(2, { inputShape: [3] })]).summary(),
    ShapeError,
    "[time, features]",
  );
  assertThrows(() => new Bidirectional(new Dense(2) as unknown as SimpleRNN), RangeError);
  assertThrows(
    () => new Bidirectional(new SimpleRNN(2), { mergeMode: "max" as "sum" }),
    RangeError,
    "mergeMode",
  );
  assertThrows(
    () => new Bidirectional(new SimpleRNN(2), { backwardLayer: new SimpleRNN(2) }),
    RangeError,
  );
  assertThrows(() => new StackedRNN([]), RangeError, "none");
  assertThrows(
    () => new StackedRNN([new SimpleRNN(2), new SimpleRNN(2)]),
    RangeError,
    "returnSequences",
  );
  assertThrows(
    () => new Sequential([new TimeDistributed(new Flatten()), new Dense(1)]).buildFor([[3]]),
    ShapeError,
  );
  const several = new TimeDistributed(new SimpleRNN(2, { returnState: true }));
  assertThrows(() => several.computeOutputShape([[3, 4, 5]]), ShapeError, "must have one result");
  assertThrows(() => new Masking({ maskValue: NaN }), RangeError, "maskValue");
  const model = new Sequential([
    new Embedding(4, 2, { maskZero: true, inputShape: [null] }),
    new SimpleRNN(2),
  ], { seed: 1 });
  assertThrows(() => model.predict([[1, 2], [0, 0]]), DataError, "none in example 1");
  assertThrows(() => model.predict([[1, 5]]), RangeError);
  assertThrows(() => model.predict([[1.5, 2]]), DataError, "1.5 at 0");
  const plain = new Sequential([new SimpleRNN(2, { inputShape: [null, 3] })]);
  assertThrows(
    () => plain.predict(uniform([2, 0, 3])),
    ShapeError,
    "at least one step",
  );
  plain.compile({ optimizer: "sgd", loss: "mse" });
  await assertRejects(() => plain.fit([[[1, NaN, 2]]], [[1, 1]], { verbose: 0 }), Error, "inputs");
});

Deno.test("layers: a step whose loss is not finite leaves kept states as they were", async () => {
  const layer = new SimpleRNN(3, { stateful: true, inputShape: [2, 1] });
  const model = new Sequential([layer, new Dense(1)], { seed: 1 }), y = [[0], [0]];
  model.compile({ optimizer: "sgd", loss: "mse" });
  const x = (value: number) => [[[value], [1]], [[1], [1]]];
  await model.trainOnBatch(x(1), y);
  const twin = new Sequential([
    new SimpleRNN(3, { stateful: true, inputShape: [2, 1] }),
    new Dense(1),
  ], { seed: 1 });
  twin.compile({ optimizer: "sgd", loss: "mse" });
  await twin.trainOnBatch(x(1), y);
  await assertRejects(() => model.trainOnBatch(x(NaN), y), DivergedError);
  tidy(() => assertEquals(model.predict(x(2)).array(), twin.predict(x(2)).array()));
});

Deno.test("layers: a stateful model is validated from zeros, without a word to its training", async () => {
  const history = async (validate: boolean) => {
    const layer = new SimpleRNN(3, { stateful: true, inputShape: [2, 1] });
    const model = new Sequential([layer, new Dense(1)], { seed: 1 });
    model.compile({ optimizer: "sgd", loss: "mse" });
    using x = uniform([8, 2, 1], 0, 1, { rng: new Rng(1) });
    const y = new Float32Array(8), validationData = validate ? { x, y } : undefined;
    const options = {
      batchSize: 4,
      epochs: 2,
      shuffle: false,
      verbose: 0,
      validationData,
    } as const;
    return (await model.fit(x, y, options)).history.loss;
  };
  assertEquals(await history(true), await history(false));
});

Deno.test("layers: Bidirectional keeps what is set on its layers, and refuses half of the states", () => {
  const layer = new Bidirectional(new SimpleRNN(2), { inputShape: [3, 1] });
  const model = new Sequential([layer], { seed: 1 });
  layer.forwardLayer.trainable = false;
  assertEquals(model.trainableWeights.length, 3);
  const again = layers.make(layer.toConfig()) as Bidirectional;
  assertEquals(new Sequential([again], { seed: 1 }).trainableWeights.length, 3);
  assertEquals(again.forwardLayer.name, layer.forwardLayer.name);
  const x = new Input({ shape: [3, 1] }), one = new Input({ shape: [2] });
  assertThrows(
    () => new Bidirectional(new SimpleRNN(2)).apply([x, one]),
    ShapeError,
    "half of them",
  );
});

Deno.test("layers: a model that reads in both directions is validated on whole sequences", async () => {
  const model = new Sequential([
    new Bidirectional(new SimpleRNN(3), { inputShape: [4, 1] }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "mse" });
  using x = uniform([8, 4, 1], 0, 1, { rng: new Rng(1) });
  const y = new Float32Array(8), validationData = { x, y };
  const { history } = await model.fit(x, y, { verbose: 0, validationData });
  const { loss } = await model.evaluate(x, y);
  assertAlmostEquals(history.valLoss[0], loss, 1e-6);
});
