import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  backendInfo,
  DivergedError,
  ndarray,
  Rng,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  uniform,
} from "@neurite/tensor";
import { Callback, type Logs } from "../callbacks/callback.ts";
import { ModelCheckpoint } from "../callbacks/mod.ts";
import { Add, Dense } from "../layers/mod.ts";
import { Huber, Loss, losses } from "../losses/mod.ts";
import { RootMeanSquaredError } from "../metrics/mod.ts";
import { Model } from "../model.ts";
import { Adam, SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import { Input } from "../symbolic.ts";
import type { Batch } from "./batches.ts";

/** y = 2 x1 - x2 + 0.5 on 40 points. */
function line(seed = 3): { X: number[][]; y: number[][] } {
  const X = uniform([40, 2], -1, 1, { rng: new Rng(seed) }).array() as number[][];
  return { X, y: X.map(([a, b]) => [2 * a - b + 0.5]) };
}

function linear(seed = 1): Sequential {
  const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse", metrics: ["mae"] });
  return model;
}

const values = (model: Model) => model.getWeights().flatMap((w) => [...w.dataSync()]);

Deno.test("a linear model finds the line, and the history says how", async () => {
  const { X, y } = line(), model = linear();
  const { history, epoch } = await model.fit(X, y, { epochs: 60, batchSize: 8, verbose: 0 });
  const [a, b, c] = values(model);
  assertAlmostEquals(a, 2, 1e-3);
  assertAlmostEquals(b, -1, 1e-3);
  assertAlmostEquals(c, 0.5, 1e-3);
  assertEquals(Object.keys(history), ["loss", "mae"]);
  assertEquals([history.loss.length, epoch[59]], [60, 59]);
  assert(history.loss[59] < 1e-5 && history.loss[0] > 0.1);
});

Deno.test("one training at a time", async () => {
  const { X, y } = line(), model = linear(), first = model.fit(X, y, { epochs: 2, verbose: 0 });
  await assertRejects(() => model.fit(X, y), Error, "one training must end before the next begins");
  assertEquals((await first).history.loss.length, 2);
  await model.fit(X, y, { verbose: 0 });
});

Deno.test("one step of gradient descent, worked out by hand", async () => {
  const model = new Sequential([new Dense(1, { inputShape: [1] })]);
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse" });
  model.setWeights([tensor([[1]]), tensor([0])]);
  // Predictions 1 and 2, errors -1 and -4: loss (1 + 16) / 2; gradients -9 and -5.
  const { loss } = await model.trainOnBatch([[1], [2]], [[2], [6]]);
  assertAlmostEquals(loss, 8.5, 1e-6);
  const [w, b] = values(model);
  assertAlmostEquals(w, 1.9, 1e-6);
  assertAlmostEquals(b, 0.5, 1e-6);
});

Deno.test("arrays, typed arrays with shapes, strided views and tensors train alike", async () => {
  const { X, y } = line(), flat = Float32Array.from(X.flat());
  const turned = new Float32Array(80);
  for (let i = 0; i < 40; i++) for (const j of [0, 1]) turned[j * 40 + i] = X[i][j];
  const results = [];
  for (
    const x of [X, tensor(X), ndarray(flat, [40, 2]), ndarray(turned, [2, 40]).transpose(1, 0)]
  ) {
    const model = linear();
    await model.fit(x, y, { epochs: 2, batchSize: 8, verbose: 0 });
    results.push(values(model));
  }
  for (const result of results) assertEquals(result, results[0]);
});

Deno.test("a stream of batches trains as the arrays do", async () => {
  const { X, y } = line(), one = linear(), other = linear();
  async function* stream(): AsyncGenerator<Batch> {
    for (let i = 0; i < 40; i += 8) {
      await Promise.resolve();
      yield { x: X.slice(i, i + 8), y: y.slice(i, i + 8) };
    }
  }
  await one.fit(X, y, { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 });
  await other.fit(stream, undefined, { epochs: 3, verbose: 0 });
  assertEquals(values(other), values(one));
  assertAlmostEquals((await other.evaluate(stream())).loss, (await one.evaluate(X, y)).loss, 1e-6);
  await assertRejects(
    () => linear().fit(stream(), undefined, { epochs: 2, verbose: 0 }),
    RangeError,
    "give the function that makes it",
  );
});

Deno.test("the last part is held out before the shuffling, as Keras does", async () => {
  const { X, y } = line();
  for (let i = 30; i < 40; i++) y[i] = [100];
  const model = linear();
  const { history } = await model.fit(X, y, { epochs: 40, validationSplit: 0.25, verbose: 0 });
  assert(history.loss[39] < 1, `${history.loss[39]}`);
  assert(history.valLoss[39] > 9000);
  assertEquals(Object.keys(history), ["loss", "mae", "valLoss", "valMae"]);
  const apart = await model.evaluate(X.slice(30), y.slice(30));
  assertAlmostEquals(history.valLoss[39], apart.loss, 1e-2);
  const given = linear();
  const validationData = { x: X.slice(30), y: y.slice(30) };
  const run = await given.fit(X.slice(0, 30), y.slice(0, 30), {
    epochs: 40,
    validationData,
    verbose: 0,
  });
  assertEquals(run.history.valLoss, history.valLoss);
});

Deno.test("sample and class weights count as Keras counts them", async () => {
  const X = [[1], [1], [1], [1]], y = [[0], [1], [0], [1]];
  const model = new Sequential([new Dense(1, { useBias: false, inputShape: [1] })]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  model.setWeights([tensor([[0.25]])]);
  // (1/4) sum_i w_i (0.25 - t_i)^2, with squares 0.0625 and 0.5625.
  const { loss } = await model.evaluate(X, y, { sampleWeight: [1, 2, 0, 4] });
  assertAlmostEquals(loss, (0.0625 + 2 * 0.5625 + 4 * 0.5625) / 4, 1e-6);
  const run = await model.fit(X, y, { classWeight: { 1: 3 }, batchSize: 4, verbose: 0 });
  assertAlmostEquals(run.history.loss[0], (2 * 0.0625 + 3 * 2 * 0.5625) / 4, 1e-6);
});

Deno.test("several inputs and outputs, each with its loss", async () => {
  const a = new Input({ shape: [2], name: "a" }), b = new Input({ shape: [2], name: "b" });
  const sum = new Add({ name: "sum" }).apply([a, b]);
  const first = new Dense(1, { name: "first", useBias: false }).apply(sum);
  const second = new Dense(1, { name: "second", useBias: false }).apply(a);
  const model = new Model({ inputs: [a, b], outputs: [first, second], seed: 1 });
  model.compile({
    optimizer: new SGD({ learningRate: 0.2 }),
    loss: ["mse", "mae"],
    lossWeights: [1, 0.5],
  });
  const { X } = line(), { X: Z } = line(4);
  const y = X.map(([p, q], i) => [p + Z[i][0] - q - Z[i][1]]), t = X.map(([p]) => [p]);
  const { history } = await model.fit([X, Z], [y, t], { epochs: 60, batchSize: 8, verbose: 0 });
  assertEquals(Object.keys(history), ["loss", "firstLoss", "secondLoss"]);
  for (const [i, loss] of history.loss.entries()) {
    assertAlmostEquals(loss, history.firstLoss[i] + 0.5 * history.secondLoss[i], 1e-5);
  }
  assert(history.firstLoss[59] < 1e-4 && history.secondLoss[59] < 0.1);
  assertEquals(model.predictAll([X, Z]).map(({ shape }) => shape), [[40, 1], [40, 1]]);
  assertThrows(() => model.predict(X), RangeError, "2 of them");
});

Deno.test("initialEpoch goes on counting, and a model goes on where it stopped", async () => {
  const { X, y } = line(), whole = linear(), parts = linear();
  await whole.fit(X, y, { epochs: 4, batchSize: 8, verbose: 0 });
  await parts.fit(X, y, { epochs: 2, batchSize: 8, verbose: 0 });
  const { epoch } = await parts.fit(X, y, { epochs: 4, initialEpoch: 2, batchSize: 8, verbose: 0 });
  assertEquals(epoch, [2, 3]);
  assertEquals(values(parts), values(whole));
});

Deno.test("callbacks are called in order, awaited, and can stop the training", async () => {
  const calls: string[] = [];
  class Recorder extends Callback {
    override onTrainBegin() {
      calls.push(`begin ${this.plan.epochs} ${this.plan.steps} ${this.plan.samples}`);
    }
    override onEpochBegin(epoch: number) {
      calls.push(`epoch ${epoch}`);
    }
    override async onTrainBatchEnd(batch: number, logs: Logs) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(`batch ${batch} ${Object.keys(logs)}`);
      if (batch === 1) this.model.stopTraining = true;
    }
    override onEpochEnd(epoch: number, logs: Logs) {
      calls.push(`end ${epoch} ${Object.keys(logs)}`);
    }
    override onTrainEnd() {
      calls.push("done");
    }
  }
  const { X, y } = line(), callbacks = [new Recorder()];
  await linear().fit(X, y, { epochs: 3, batchSize: 10, callbacks, verbose: 0 });
  assertEquals(calls, [
    "begin 3 4 40",
    "epoch 0",
    "batch 0 loss,mae",
    "batch 1 loss,mae",
    "end 0 loss,mae",
    "done",
  ]);
});

Deno.test("a signal ends the training after the current step", async () => {
  const controller = new AbortController(), { X, y } = line();
  class Abort extends Callback {
    override onTrainBatchEnd() {
      controller.abort();
    }
  }
  const model = linear();
  const { epoch } = await model.fit(X, y, {
    epochs: 5,
    batchSize: 8,
    signal: controller.signal,
    callbacks: [new Abort()],
    verbose: 0,
  });
  assertEquals(epoch, []);
  assertEquals(model.progress.step, 1);
});

Deno.test("a training that was ended in the middle of an epoch goes on as if it was not", async () => {
  const { X, y } = line(), whole = linear(), parts = linear();
  const options = { epochs: 2, batchSize: 8, verbose: 0 } as const;
  const expected = (await whole.fit(X, y, options)).history;
  for (const stop of [2, 5, 7]) {
    const controller = new AbortController();
    class Abort extends Callback {
      override onTrainBatchEnd(batch: number) {
        if (5 * this.model.progress.epoch + batch + 1 === stop) controller.abort();
      }
    }
    const { signal } = controller;
    await parts.fit(X, y, { ...options, resume: true, signal, callbacks: [new Abort()] });
    await parts.evaluate(X, y);
  }
  const { history } = await parts.fit(X, y, { ...options, resume: true });
  assertEquals(history, expected);
  assertEquals(values(parts), values(whole));
});

Deno.test("every callback hears of the end, even if one fails, and can add to the history", async () => {
  const ended: string[] = [], { X, y } = line();
  class Last extends Callback {
    override onEpochEnd(epoch: number, logs: Logs) {
      logs.extra = 10 * epoch;
    }
    override onTrainEnd() {
      ended.push("last");
    }
  }
  class First extends Callback {
    override onTrainEnd() {
      throw new Error("first");
    }
  }
  const model = linear();
  await assertRejects(
    () => model.fit(X, y, { epochs: 2, callbacks: [new First(), new Last()], verbose: 0 }),
    Error,
    "first",
  );
  assertEquals(ended, ["last"]);
  assertEquals(model.history!.history.extra, [0, 10]);
  assertEquals(model.history!.history.loss.length, 2);
});

Deno.test("a loss that is not finite names epoch, step and layer, and changes nothing", async () => {
  const { X, y } = line(),
    model = new Sequential([
      new Dense(2, { inputShape: [2], name: "first" }),
      new Dense(1, { name: "second" }),
    ], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate: 1e20 }), loss: "mse" });
  const error = await assertRejects(
    () => model.fit(X, y, { epochs: 9, batchSize: 40, verbose: 0 }),
    DivergedError,
  );
  assertEquals(error.epoch, 2);
  assertEquals(error.step, 1);
  assert(/layer "(first|second)"/.test(error.message), error.message);
  assert(values(model).every(Number.isFinite));

  const inputs = X.map((row) => [...row]);
  inputs[7][1] = NaN;
  await assertRejects(
    () => linear().fit(inputs, y, { verbose: 0 }),
    DivergedError,
    "in the inputs",
  );
});

Deno.test("what does not fit is refused before anything is trained", async () => {
  const { X, y } = line(), model = linear(), before = values(model);
  const fit = (x: number[][], t: number[][], options = {}) => () =>
    model.fit(x, t, { verbose: 0, ...options });
  await assertRejects(fit(X.map(([a]) => [a]), y), ShapeError, "examples of shape [2]");
  await assertRejects(fit(X, y.slice(1)), ShapeError, "40 and 39");
  await assertRejects(fit(X, X), ShapeError);
  await assertRejects(fit([], []), ShapeError);
  await assertRejects(fit(X, y, { batchSize: 0 }), RangeError, "batchSize");
  await assertRejects(fit(X, y, { epochs: -1 }), RangeError, "epochs");
  await assertRejects(fit(X, y, { validationSplit: 1 }), RangeError, "below 1");
  await assertRejects(fit(X, y, { validationSplit: 0.99 }), RangeError, "both sides");
  await assertRejects(fit(X, y, { sampleWeight: [1] }), ShapeError, "one weight for each");
  await assertRejects(() => model.fit(X, undefined, { verbose: 0 }), TypeError, "Give y after x");
  const raw = new Sequential([new Dense(1, { inputShape: [2] })]);
  await assertRejects(() => raw.fit(X, y), TypeError, "Call compile");
  assertThrows(
    () => raw.compile({ optimizer: "adamm", loss: "mse" }),
    RangeError,
    "adamw",
  );
  assertThrows(() => raw.compile({ optimizer: "adam", loss: "nse" }), RangeError, "mse");
  assertThrows(
    () => raw.compile({ optimizer: "adam", loss: "mse", metrics: ["acuracy"] }),
    RangeError,
    "accuracy",
  );
  assertEquals(values(model), before);
});

Deno.test("training and predicting leave no tensors behind", async () => {
  const { X, y } = line(), model = linear();
  await model.fit(X, y, { epochs: 2, batchSize: 8, validationSplit: 0.2, verbose: 0 });
  model.predict(X).dispose();
  const before = backendInfo();
  await model.fit(X, y, { epochs: 20, batchSize: 8, validationSplit: 0.2, verbose: 0 });
  for (let i = 0; i < 50; i++) model.predict(X, { batchSize: 16 }).dispose();
  await model.evaluate(X, y);
  const after = backendInfo();
  assertEquals(after.liveTensors, before.liveTensors);
  assertEquals(after.memoryInUse, before.memoryInUse);
});

/** Streams of numbered batches for a model with one weight, and what was given of them. */
function numbered(count = Infinity) {
  const given: number[] = [];
  async function* batches(): AsyncGenerator<Batch> {
    for (let i = 0; i < count; i++) {
      await Promise.resolve();
      given.push(i);
      yield { x: [[i]], y: [[0]] };
    }
  }
  return { given, batches };
}

/** y = x, and it stays so. */
function still(): Sequential {
  const model = new Sequential([
    new Dense(1, { inputShape: [1], kernelInitializer: "ones" }),
  ]);
  model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "mse" });
  return model;
}

Deno.test("stepsPerEpoch: an endless stream goes on from epoch to epoch, as in Keras", async () => {
  const options = { epochs: 3, stepsPerEpoch: 2, verbose: 0 } as const;
  const endless = numbered();
  const { history } = await still().fit(endless.batches, undefined, options);
  assertEquals(endless.given, [0, 1, 2, 3, 4, 5]);
  assertEquals(history.loss, [0.5, (4 + 9) / 2, (16 + 25) / 2]);
  // A generator is usable across epochs, and by the next training, too.
  const generator = numbered(), batches = generator.batches(), model = still();
  await model.fit(batches, undefined, options);
  await model.fit(batches, undefined, { ...options, epochs: 1 });
  assertEquals(generator.given, [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("stepsPerEpoch: what ends begins again with the next epoch", async () => {
  for (
    const [count, given, losses] of [
      [5, [0, 1, 2, 3, 4, 0, 1, 2], [5 / 3, 12.5, 5 / 3]],
      [6, [0, 1, 2, 3, 4, 5, 0, 1, 2], [5 / 3, 50 / 3, 5 / 3]],
    ] as const
  ) {
    const stream = numbered(count);
    const options = { epochs: 3, stepsPerEpoch: 3, verbose: 0 } as const;
    const { history } = await still().fit(stream.batches, undefined, options);
    assertEquals(stream.given, [...given]);
    history.loss.forEach((loss, i) => assertAlmostEquals(loss, losses[i], 1e-5));
  }
  await assertRejects(
    () =>
      still().fit(numbered(3).batches(), undefined, { epochs: 2, stepsPerEpoch: 3, verbose: 0 }),
    RangeError,
    "give the function that makes it",
  );
});

/** Aborts after so many steps of a training. */
function abortAfter(steps: number) {
  const controller = new AbortController();
  class Abort extends Callback {
    #left = steps;
    override onTrainBatchEnd() {
      if (--this.#left === 0) controller.abort();
    }
  }
  return { signal: controller.signal, callbacks: [new Abort()] };
}

Deno.test("a stream that is resumed goes on with the batch after the last, whoever makes it", async () => {
  const options = { epochs: 3, stepsPerEpoch: 3, verbose: 0 } as const;
  const whole = (await still().fit(numbered().batches, undefined, options)).history;
  for (const stop of [1, 3, 5]) {
    const model = still(), { batches } = numbered(), generator = batches();
    await model.fit(generator, undefined, { ...options, ...abortAfter(stop) });
    await model.fit(generator, undefined, { ...options, resume: true });
    assertEquals(model.history!.history, whole, `the same generator, after ${stop}`);

    for (const make of [() => batches, () => batches()]) {
      const model = still();
      await model.fit(make(), undefined, { ...options, ...abortAfter(stop) });
      await model.fit(make(), undefined, { ...options, resume: true });
      assertEquals(model.history!.history, whole, `another one, after ${stop}`);
    }
  }
});

Deno.test("a signal ends a stream that never answers, and one that was aborted before takes no step", async () => {
  const controller = new AbortController(), model = still();
  let closed = false;
  async function* silent(): AsyncGenerator<Batch> {
    try {
      yield { x: [[1]], y: [[0]] };
      await new Promise(() => {});
    } finally {
      closed = true;
    }
  }
  const { signal } = controller;
  setTimeout(() => controller.abort(), 20);
  const { history } = await model.fit(silent, undefined, { signal, verbose: 0 });
  assertEquals([history, model.progress.step, closed], [{}, 1, false]);

  const { X, y } = line(), fresh = linear(), before = values(fresh), state = fresh.rng.state;
  const calls: string[] = [];
  class Recorder extends Callback {
    override onEpochBegin() {
      calls.push("epoch");
    }
    override onTrainEnd() {
      calls.push("end");
    }
  }
  await fresh.fit(X, y, { signal, callbacks: [new Recorder()], verbose: 0 });
  assertEquals([values(fresh), fresh.rng.state, calls], [before, state, ["end"]]);
  await fresh.fit(X, y, { resume: true, epochs: 2, batchSize: 8, verbose: 0 });
  const never = linear();
  await never.fit(X, y, { epochs: 2, batchSize: 8, verbose: 0 });
  assertEquals(values(fresh), values(never));
});

Deno.test("a stream that is left is closed", async () => {
  const stream = numbered();
  let closed = 0;
  async function* batches(): AsyncGenerator<Batch> {
    try {
      yield* stream.batches();
    } finally {
      closed++;
    }
  }
  await still().fit(batches, undefined, { stepsPerEpoch: 2, epochs: 2, verbose: 0 });
  assertEquals([stream.given, closed], [[0, 1, 2, 3], 1]);
});

Deno.test("stopTraining in the middle of an epoch: what is left is done on resume, to the bit", async () => {
  const { X, y } = line(), options = { epochs: 3, batchSize: 8, verbose: 0 } as const;
  const whole = linear(), expected = (await whole.fit(X, y, options)).history;
  class Stop extends Callback {
    #left: number;
    constructor(steps: number) {
      super();
      this.#left = steps;
    }
    override onTrainBatchEnd() {
      if (--this.#left === 0) this.model.stopTraining = true;
    }
  }
  for (const stop of [2, 5, 8]) {
    const parts = linear();
    const { history } = await parts.fit(X, y, { ...options, callbacks: [new Stop(stop)] });
    // The epoch is told of, as in Keras.
    assertEquals(history.loss.length, Math.ceil(stop / 5));
    const { epoch, step } = parts.progress;
    assertEquals([epoch, step], [Math.floor(stop / 5), stop % 5]);
    await parts.fit(X, y, { ...options, resume: true });
    assertEquals([parts.history!.history, parts.history!.epoch], [expected, [0, 1, 2]]);
    assertEquals(values(parts), values(whole));
  }
});

Deno.test("what is evaluated by a callback leaves the means of the epoch alone", async () => {
  const { X, y } = line(), metrics = () => ["mae", new Huber(), new RootMeanSquaredError()];
  const made = () => {
    const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 });
    model.compile({ optimizer: "sgd", loss: "mse", metrics: metrics() });
    return model;
  };
  class Look extends Callback {
    override async onTrainBatchEnd() {
      await this.model.evaluate(X, y);
      await this.model.testOnBatch(X, y);
    }
  }
  const options = { epochs: 2, batchSize: 8, verbose: 0 } as const, model = made();
  const { history } = await made().fit(X, y, options);
  assertEquals((await model.fit(X, y, { ...options, callbacks: [new Look()] })).history, history);
});

Deno.test("numbers of a step are computed for callbacks that look at them, and for no other", async () => {
  const { X, y } = line(), seen: unknown[] = [];
  class Seldom extends Callback {
    override wantsLogs(batch: number) {
      return batch % 2 === 1;
    }
    override onTrainBatchEnd(batch: number, logs: Logs) {
      seen.push([batch, Object.keys(logs)]);
    }
  }
  await linear().fit(X, y, { batchSize: 10, callbacks: [new Seldom()], verbose: 0 });
  assertEquals(seen, [[0, []], [1, ["loss", "mae"]], [2, []], [3, ["loss", "mae"]]]);
});

Deno.test("what went wrong first is told, whatever callbacks make of the end", async () => {
  const { X, y } = line(), warned: unknown[] = [], { warn } = console;
  class Bad extends Callback {
    override onEpochEnd() {
      throw new Error("the cause");
    }
    override onTrainEnd() {
      throw new Error("the consequence");
    }
  }
  console.warn = (...texts) => warned.push(...texts);
  try {
    await assertRejects(
      () => linear().fit(X, y, { callbacks: [new Bad()], verbose: 0 }),
      Error,
      "the cause",
    );
  } finally {
    console.warn = warn;
  }
  assertEquals(String(warned[1]), "Error: the consequence");
});

/** `sqrt(sum_i (t_i - y_i)^2)`, whose slope is none at an exact hit. */
class Distance extends Loss {
  readonly name = "distance";
  call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sqrt(sum(square(sub(yTrue, yPred)), { axis: -1 }));
  }
}

losses.register({ Distance });

Deno.test("a gradient that is not finite ends the training as it was before the step, its file, too", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
  try {
    const model = new Sequential([
      new Dense(1, { inputShape: [1], kernelInitializer: "ones", name: "only" }),
    ]);
    const optimizer = new Adam({ learningRate: 0.5 });
    model.compile({ optimizer, loss: new Distance(), metrics: ["mae"] });
    const files: Uint8Array[] = [], weights: number[][] = [];
    class Keep extends Callback {
      override async onTrainBatchEnd() {
        files.push(await Deno.readFile(path));
        weights.push(values(this.model));
      }
    }
    const callbacks = [new ModelCheckpoint({ filepath: path, saveFreq: 1 }), new Keep()];
    // The second step hits its target: y = x w + b is 0 for an input of 0 once b is 0 again.
    const stream = async function* (): AsyncGenerator<Batch> {
      yield { x: [[1]], y: [[3]] };
      const b = values(model)[1];
      yield { x: [[0]], y: [[b]] };
    };
    const error = await assertRejects(
      () => model.fit(stream, undefined, { callbacks, verbose: 0 }),
      DivergedError,
      'as every gradient must be finite: current NaN in epoch 1, step 2, in that of "only/kernel"',
    );
    assertEquals([error.epoch, error.step], [1, 2]);
    assertEquals([values(model), optimizer.iterations, model.progress.step], [weights[0], 1, 1]);
    assertEquals([files.length, await Deno.readFile(path)], [1, files[0]]);
    assert(weights[0].every(Number.isFinite));
    assertEquals((await model.trainer.logs()).loss, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a stream is told the number of the epoch, when it is resumed, too", async () => {
  const told: number[] = [];
  async function* batches(epoch: number): AsyncGenerator<Batch> {
    told.push(epoch);
    for (let i = 0; i < 3; i++) {
      await Promise.resolve();
      yield { x: [[10 * epoch + i]], y: [[0]] };
    }
  }
  /** The same as an iterable with a method, which a set of files is. */
  const set = { epoch: batches, [Symbol.asyncIterator]: () => batches(0) };
  const options = { epochs: 4, verbose: 0 } as const;
  const whole = (await still().fit(set, undefined, options)).history;
  assertEquals(told, [0, 1, 2, 3]);
  assertEquals(whole.loss[2], (20 ** 2 + 21 ** 2 + 22 ** 2) / 3);
  for (const make of [() => batches, () => set]) {
    const model = still();
    await model.fit(make(), undefined, { ...options, ...abortAfter(8) });
    told.length = 0;
    await model.fit(make(), undefined, { ...options, resume: true });
    assertEquals(told, [2, 3]);
    assertEquals(model.history!.history, whole);
  }
});

Deno.test("batches to validate with are measured as the examples in them are", async () => {
  const { X, y } = line(), one = linear(), other = linear();
  const held = { x: X.slice(0, 10), y: y.slice(0, 10) };
  const stream = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
      for (const [begin, end] of [[0, 4], [4, 8], [8, 10]]) {
        await Promise.resolve();
        yield { x: held.x.slice(begin, end), y: held.y.slice(begin, end) };
      }
    },
  };
  const options = { epochs: 3, batchSize: 8, verbose: 0 } as const;
  const expected = (await one.fit(X, y, { ...options, validationData: held })).history;
  const { history } = await other.fit(X, y, { ...options, validationData: stream });
  assertEquals(history.loss, expected.loss);
  assertEquals(Object.keys(history), Object.keys(expected));
  history.valLoss.forEach((loss, i) => assertAlmostEquals(loss, expected.valLoss[i], 1e-5));
  history.valMae.forEach((mae, i) => assertAlmostEquals(mae, expected.valMae[i], 1e-5));
  const empty = (async function* (): AsyncGenerator<Batch> {})();
  await assertRejects(
    () => linear().fit(X, y, { ...options, validationData: empty }),
    RangeError,
    "the stream must give batches",
  );
});
