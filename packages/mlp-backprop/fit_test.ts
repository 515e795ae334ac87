import { oneHot, twoMoons } from "@neurite/datasets";
import {
  type EpochProgress,
  type FitOptions,
  MultilayerPerceptron,
  type NetworkOptions,
  type StepProgress,
} from "@neurite/mlp-backprop";
import { DivergedError, eye, ones, Rng, tensor } from "@neurite/tensor";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import fixture from "./fixtures/sgd.json" with { type: "json" };
import { assertAllClose } from "../../testing/close.ts";
import { onReference } from "../../testing/on_reference.ts";

/** 100 steps on the fixture's data in its order, from its initial values, for each kind of network. */
async function train100(tolerance: number): Promise<void> {
  const { layers, X, y, weights, biases, epochs, batchSize } = fixture;
  for (const run of fixture.runs) {
    const { activation, cost, output, learningRate } = run;
    const mlp = new MultilayerPerceptron(layers, { activation, cost, output } as NetworkOptions);
    mlp.weights = weights;
    mlp.biases = biases;
    let steps = 0;
    const options = { epochs, batchSize, learningRate, shuffle: false, validation: false as const };
    const history = await mlp.fit(X, y, { ...options, onStep: () => steps++ });
    const what = `${activation}, ${cost}, ${output}`;
    assertEquals(steps, 100, what);
    assertAllClose(mlp.weights, run.weights, tolerance, `${what}: weights`);
    assertAllClose(mlp.biases, run.biases, tolerance, `${what}: biases`);
    history.cost.forEach((c, i) => assertAlmostEquals(c, run.costs[i], tolerance * c, what));
    assertAllClose(
      [mlp.predict(X.slice(0, 5))],
      [run.predictions],
      tolerance,
      `${what}: predictions`,
    );
    assertEquals(mlp.accuracy(y, mlp.predict(X)), run.accuracy, what);
  }
}

Deno.test("100 steps give what NumPy gives, in float32", () => train100(3e-6));

Deno.test("100 steps give what NumPy gives, in f64", () => onReference(() => train100(1e-11)));

const data = Array.from({ length: 10 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)]);
const targets = data.map(([a, b]) => [a * b > 0 ? 1 : 0, a * b > 0 ? 0 : 1]);

/** What a training leaves: parameters, costs and accuracies. */
async function outcome(X: number[][], y: number[][], options: FitOptions, seed = 1) {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed });
  const history = await mlp.fit(X, y, { epochs: 3, batchSize: 4, learningRate: 1, ...options });
  return { parameters: [...mlp.weights, ...mlp.biases].map((p) => p.array()), history, mlp };
}

Deno.test("by default the last minibatch is measured and not trained on", async () => {
  const held = await outcome(data, targets, { shuffle: false });
  const first8 = await outcome(data.slice(0, 8), targets.slice(0, 8), {
    shuffle: false,
    validation: false,
  });
  assertEquals(held.parameters, first8.parameters);
  assertEquals(held.history.cost, first8.history.cost);
  const { mlp, history } = held;
  const last2 = mlp.accuracy(targets.slice(8), mlp.predict(data.slice(8)));
  assertEquals(history.validationAccuracy.length, 3);
  assertEquals(history.validationAccuracy[2], last2);
  // Other answers for these two change the measure and nothing else.
  const swapped = targets.map((row, i) => i < 8 ? row : row.toReversed());
  const other = await outcome(data, swapped, { shuffle: false });
  assertEquals(other.parameters, held.parameters);
  assertEquals(other.history.validationAccuracy[2], 1 - last2);
});

Deno.test("with shuffling, every epoch learns all examples but another minibatch", async () => {
  // An input for each of 12 examples: its weight moves when the example is learnt.
  const mlp = new MultilayerPerceptron([12, 1], { activation: "tanh", seed: 2 });
  const still = [[new Array(12).fill(0)]], learnt: number[][] = [];
  mlp.weights = still;
  await mlp.fit(eye(12), ones([12, 1]), {
    epochs: 4,
    batchSize: 4,
    onEpoch() {
      const moved = [...mlp.weights[0].dataSync()].flatMap((w, i) => w === 0 ? [] : [i]);
      learnt.push(moved);
      mlp.weights = still;
    },
  });
  assertEquals(learnt.map((examples) => examples.length), [8, 8, 8, 8]);
  assertGreater(new Set(learnt.map(String)).size, 1);
});

Deno.test("a fraction holds out the end of the set in every epoch", async () => {
  const held = await outcome(data, targets, { validation: 0.3, batchSize: 3 });
  const first7 = await outcome(data.slice(0, 7), targets.slice(0, 7), {
    validation: false,
    batchSize: 3,
  });
  assertEquals(held.parameters, first7.parameters);
  const { mlp, history } = held;
  const last3 = mlp.accuracy(targets.slice(7), mlp.predict(data.slice(7)));
  assertEquals(history.validationAccuracy[2], last3);
  // Other answers for these three change the measure and nothing else.
  const swapped = targets.map((row, i) => i < 7 ? row : row.toReversed());
  const other = await outcome(data, swapped, { validation: 0.3, batchSize: 3 });
  assertEquals(other.parameters, held.parameters);
  assertAlmostEquals(other.history.validationAccuracy[2], 1 - last3, 1e-12);
});

Deno.test("a validation set of its own leaves all examples to the training", async () => {
  const own = { X: data.slice(0, 5), y: targets.slice(0, 5) };
  const with5 = await outcome(data, targets, { validation: own });
  const without = await outcome(data, targets, { validation: false });
  assertEquals(with5.parameters, without.parameters);
  assertEquals(without.history.validationAccuracy, []);
  const { mlp, history } = with5;
  assertEquals(history.validationAccuracy[2], mlp.accuracy(own.y, mlp.predict(own.X)));
});

Deno.test("the seed decides everything", async () => {
  const first = await outcome(data, targets, {}, 5);
  assertEquals((await outcome(data, targets, {}, 5)).parameters, first.parameters);
  assertNotEquals((await outcome(data, targets, {}, 6)).parameters, first.parameters);
  assertNotEquals(
    (await outcome(data, targets, { shuffle: false }, 5)).parameters,
    first.parameters,
  );
});

Deno.test("examples may be nested arrays or tensors, which stay the caller's", async () => {
  const nested = await outcome(data, targets, { validation: { X: data, y: targets } });
  using X = tensor(data), y = tensor(targets);
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
  await mlp.fit(X, y, { epochs: 3, batchSize: 4, learningRate: 1, validation: { X, y } });
  assertEquals([...mlp.weights, ...mlp.biases].map((p) => p.array()), nested.parameters);
  assertEquals([X.disposed, y.disposed], [false, false]);
  using whole = tensor(targets, { dtype: "int32" });
  await mlp.fit(X, whole, { epochs: 1, batchSize: 4, validation: 0.5 });
  assertEquals([X.disposed, whole.disposed], [false, false]);
});

Deno.test("onStep and onEpoch tell where the training is", async () => {
  const steps: StepProgress[] = [], epochs: EpochProgress[] = [];
  const { history } = await outcome(data, targets, {
    epochs: 2,
    onStep: (step) => steps.push(step),
    onEpoch: (epoch) => epochs.push(epoch),
    validation: false,
  });
  assertEquals(
    steps.map(({ epoch, step, steps }) => [epoch, step, steps]),
    [[1, 1, 3], [1, 2, 3], [1, 3, 3], [2, 1, 3], [2, 2, 3], [2, 3, 3]],
  );
  // Minibatches of 4, 4 and 2.
  const average = ([a, b, c]: number[]) => (4 * a + 4 * b + 2 * c) / 10;
  const costs = steps.map(({ cost }) => cost);
  assertEquals(history.cost, [average(costs.slice(0, 3)), average(costs.slice(3))]);
  assertEquals(epochs.map(({ epoch, cost }) => [epoch, cost]), [
    [1, history.cost[0]],
    [2, history.cost[1]],
  ]);
  assertEquals(epochs.map((e) => e.validationAccuracy), [undefined, undefined]);
  for (const { samplesPerSecond } of epochs) assertGreater(samplesPerSecond, 0);
  assertEquals(history.stopped, false);
});

Deno.test("the cost of a step is that before it", async () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
  const before = mlp.backprop(data, targets).cost / 10;
  const { cost } = await mlp.fit(data, targets, { epochs: 1, batchSize: 10, validation: false });
  assertAlmostEquals(cost[0], before, 1e-6);
});

Deno.test("a signal ends the training after the current step", async () => {
  const abort = new AbortController(), seen: number[][] = [];
  const { history } = await outcome(data, targets, {
    epochs: 100,
    signal: abort.signal,
    onStep({ epoch, step }) {
      seen.push([epoch, step]);
      if (epoch === 2 && step === 1) abort.abort();
    },
  });
  assertEquals(seen, [[1, 1], [1, 2], [2, 1]]);
  assertEquals(history.stopped, true);
  assertEquals([history.cost.length, history.validationAccuracy.length], [2, 2]);
  assert(history.cost.every(Number.isFinite));
});

Deno.test("a signal that was given before leaves everything as it is", async () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 }), before = mlp.weights[0].array();
  const history = await mlp.fit(data, targets, { signal: AbortSignal.abort(), validation: false });
  assertEquals(history, { cost: [], validationAccuracy: [], stopped: true });
  assertEquals(mlp.weights[0].array(), before);
});

Deno.test("timers run during a training", async () => {
  const abort = new AbortController(), mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
  setTimeout(() => abort.abort(), 20);
  const options = { epochs: 1e9, batchSize: 5, signal: abort.signal };
  const { stopped } = await mlp.fit(data, targets, options);
  assertEquals(stopped, true);
});

Deno.test("an infinite cost ends the training with epoch, step and layer", async () => {
  const relu = () => {
    const mlp = new MultilayerPerceptron([1, 1], { activation: "relu" });
    mlp.weights = [[[1]]];
    mlp.biases = [[[0]]];
    return mlp;
  };
  const options = { validation: false as const, shuffle: false };
  const first = await assertRejects(
    () => relu().fit([[1], [1e20]], [[1], [1]], { ...options, batchSize: 1 }),
    DivergedError,
  );
  assertEquals([first.epoch, first.step], [1, 2]);
  assertEquals(
    first.message,
    "Cannot go on training as the loss must be finite: current Infinity in epoch 1, step 2, in the " +
      "outputs, layer 2 of 2. A smaller learning rate often helps",
  );
});

Deno.test("a step that would make a weight infinite is not taken, though its cost is finite", async () => {
  const mlp = new MultilayerPerceptron([1, 1], { activation: "relu" });
  mlp.weights = [[[1]]];
  mlp.biases = [[[0]]];
  const X = [[10], [-10]], y = [[0], [0]], learningRate = 1e38;
  for (const validation of [false, { X: [[-10]], y: [[0]] }] as const) {
    const error = await assertRejects(
      () => mlp.fit(X, y, { epochs: 1, learningRate, validation }),
      DivergedError,
    );
    assertEquals([error.epoch, error.step], [1, 1]);
    assertEquals(
      error.message,
      "Cannot go on training as every new weight must be finite: current Infinity in epoch 1, step " +
        "1. A smaller learning rate often helps",
    );
  }
  assertEquals(mlp.updateParameters(X, y, learningRate), NaN);
  assertEquals([mlp.weights[0].array(), mlp.biases[0].array()], [[[1]], [[0]]]);
});

Deno.test("two moons are learnt to a cost below 0.02", async () => {
  const { X, labels } = twoMoons({ count: 400, noise: 0.1, seed: 3 });
  const mlp = new MultilayerPerceptron([2, 16, 2], {
    activation: "tanh",
    cost: "cross-entropy",
    seed: 1,
  });
  const y = oneHot(labels, 2);
  const { cost, validationAccuracy } = await mlp.fit(X, y, {
    epochs: 200,
    batchSize: 20,
    learningRate: 0.5,
    validation: 0.25,
  });
  assertGreater(cost[0], 0.2);
  assertLess(cost.at(-1)!, 0.02);
  assertGreater(validationAccuracy.at(-1)!, 0.98);
});

Deno.test("XOR is learnt with every activation and cost", async () => {
  const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];
  const kinds: NetworkOptions[] = [
    { activation: "sigmoid", cost: "quadratic" },
    { activation: "tanh", cost: "quadratic", output: "sigmoid" },
    { activation: "relu", cost: "quadratic", output: "sigmoid" },
    { activation: "tanh", cost: "cross-entropy", output: "sigmoid" },
  ];
  for (const kind of kinds) {
    const mlp = new MultilayerPerceptron([2, 8, 1], { ...kind, seed: 4 });
    const options = { epochs: 2000, batchSize: 4, learningRate: 2, validation: false as const };
    const { cost } = await mlp.fit(X, y, options);
    assertLess(cost.at(-1)!, 0.02, JSON.stringify(kind));
    assertEquals(mlp.accuracy(y, mlp.predict(X)), 1);
  }
});

Deno.test("a second fit goes on where the first one ended", async () => {
  const options = { batchSize: 4, learningRate: 1, validation: false as const };
  const once = new MultilayerPerceptron([2, 4, 2], { seed: 9 });
  await once.fit(data, targets, { ...options, epochs: 4 });
  const twice = new MultilayerPerceptron([2, 4, 2], { seed: 9 });
  await twice.fit(data, targets, { ...options, epochs: 2 });
  await twice.fit(data, targets, { ...options, epochs: 2 });
  assertEquals(twice.weights.map((W) => W.array()), once.weights.map((W) => W.array()));
  assertEquals(twice.rng.state, once.rng.state);
  assertNotEquals(new Rng(9).state, once.rng.state);
});

Deno.test("what is called after each step and epoch is awaited before the next", async () => {
  const mlp = new MultilayerPerceptron([1, 1]), calls: string[] = [];
  const wait = (name: string) => async () => {
    calls.push(name);
    await new Promise((resolve) => setTimeout(resolve));
    calls.push(`after ${name}`);
  };
  await mlp.fit([[0], [1]], [[0], [1]], {
    epochs: 2,
    batchSize: 1,
    validation: false,
    onStep: wait("step"),
    onEpoch: wait("epoch"),
  });
  const epoch = ["step", "after step", "step", "after step", "epoch", "after epoch"];
  assertEquals(calls, [...epoch, ...epoch]);
});
