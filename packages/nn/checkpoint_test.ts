import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  abs,
  DataError,
  globalRng,
  max,
  Rng,
  ShapeError,
  sub,
  type Tensor,
  uniform,
} from "@neurite/tensor";
import { LambdaCallback, ModelCheckpoint } from "./callbacks/mod.ts";
import { loadModel, loadWeights, restoreModel, saveModel } from "./checkpoint.ts";
import expected from "./fixtures/python.json" with { type: "json" };
import { Layer } from "./layer.ts";
import { Concatenate, Dense } from "./layers/mod.ts";
import { Huber } from "./losses/mod.ts";
import { RootMeanSquaredError } from "./metrics/mod.ts";
import { Model } from "./model.ts";
import { Adam, AdamW, ExponentialDecay, type Optimizer, RMSProp, SGD } from "./optimizers/mod.ts";
import { readSafetensors } from "./safetensors/file.ts";
import { Sequential } from "./sequential.ts";
import type { Shape } from "./shape.ts";
import { Input } from "./symbolic.ts";
import { inFolder, network, train, weights, x, y } from "./testing/small_network.ts";

const PYTHON = new URL("fixtures/python.safetensors", import.meta.url);

const decay = (initialLearningRate: number) =>
  new ExponentialDecay({ initialLearningRate, decaySteps: 4, decayRate: 0.9 });

Deno.test("a model goes on where it was saved, with every optimizer, by loading and by restoring", () =>
  inFolder(async (path) => {
    const optimizers: (() => Optimizer)[] = [
      () => new SGD({ learningRate: 0.05, momentum: 0.9 }),
      () => new RMSProp({ momentum: 0.5, centered: true }),
      () => new Adam({ amsgrad: true, clipNorm: 0.5 }),
      () => new AdamW({ learningRate: decay(0.01) }),
    ];
    for (const optimizer of optimizers) {
      const model = network(optimizer());
      await train(model, 3, false);
      await model.save(path);
      await train(model, 6);

      const loaded = await loadModel(path), restored = network(optimizer(), 2);
      await restored.restore(path);
      for (const again of [loaded, restored]) {
        assertEquals(again.progress, { epoch: 3, step: 0 });
        await train(again, 6);
        assertEquals(weights(again), weights(model), optimizer().name);
        assertEquals(again.history!.history, model.history!.history);
        assertEquals(again.history!.epoch, [0, 1, 2, 3, 4, 5]);
        assertEquals(again.optimizer!.iterations, 24);
        assertEquals(again.optimizer!.learningRate, model.optimizer!.learningRate);
        assertEquals(again.rng.state, model.rng.state);
      }
    }
  }));

Deno.test("a model goes on from every step of an epoch", () =>
  inFolder(async (_, folder) => {
    const filepath = `${folder}/{epoch}-{batch}.safetensors`, model = network();
    const callbacks = [new ModelCheckpoint({ filepath, saveFreq: 1 })];
    await model.fit(x, y, { epochs: 2, batchSize: 6, verbose: 0, callbacks });
    for (const epoch of [1, 2]) {
      for (const batch of [1, 2, 3, 4]) {
        const resumed = await loadModel(`${folder}/${epoch}-${batch}.safetensors`);
        assertEquals([resumed.progress.epoch, resumed.progress.step], [epoch - 1, batch]);
        await train(resumed, 2);
        assertEquals(weights(resumed), weights(model), `${epoch}-${batch}`);
        assertEquals(resumed.rng.state, model.rng.state);
      }
    }
  }));

Deno.test("what is saved is the state at the moment of the call", () =>
  inFolder(async (path) => {
    const model = network();
    let saved: Promise<void> | undefined, then: unknown;
    const callback = new LambdaCallback({
      onTrainBatchEnd(batch) {
        if (batch !== 1 || saved !== undefined) return;
        then = weights(model);
        saved = model.save(path); // and nobody waits for it
      },
    });
    await model.fit(x, y, { epochs: 5, batchSize: 6, verbose: 0, callbacks: [callback] });
    await saved;
    const loaded = await loadModel(path);
    assertEquals(weights(loaded), then);
    assertNotEquals(weights(model), then);
    await train(loaded, 5);
    assertEquals(weights(loaded), weights(model));
  }));

Deno.test("a model of models with several inputs and outputs is recreated as it was", () =>
  inFolder(async (path) => {
    const a = new Input({ shape: [3], name: "a" }), b = new Input({ shape: [2] });
    const encoder = new Sequential([new Dense(4, { inputShape: [3] }), new Dense(2)], {
      name: "encoder",
    });
    const shared = new Dense(2, { name: "shared", trainable: false });
    const joined = new Concatenate().apply([shared.apply(encoder.apply(a)), shared.apply(b)]);
    const first = new Dense(1, { name: "first" }).apply(joined);
    const second = new Dense(2, { name: "second", activation: "sigmoid" }).apply(joined);
    const model = new Model({ inputs: [a, b], outputs: [first, second], seed: 3 });
    const largest = (t: Tensor, y: Tensor) => max(abs(sub(t, y)), { axis: -1 });
    model.compile({
      optimizer: "rmsprop",
      loss: [new Huber({ delta: 0.5 }), "binaryCrossentropy"],
      metrics: ["mse", new Huber({ delta: 2 })],
      weightedMetrics: [largest],
      lossWeights: [1, 0.25],
    });
    const data = [x, x.map(([a, b]) => [b, a])];
    const targets = [y, x.map(([a, b]) => [a > 0 ? 1 : 0, b > 0 ? 1 : 0])];
    const options = { batchSize: 6, verbose: 0, resume: true } as const;
    await model.fit(data, targets, { ...options, epochs: 2 });
    await model.save(path);
    const before = globalRng().state;
    const loaded = await loadModel(path);
    assertEquals(globalRng().state, before, "other random numbers are not touched");
    assert(loaded.rng !== globalRng());
    assertEquals(loaded.toConfig(), model.toConfig());
    assertEquals(loaded.namedWeights().map(([name]) => name), [
      ...["encoder/dense/kernel", "encoder/dense/bias", "encoder/dense_1/kernel"],
      ...["encoder/dense_1/bias", "shared/kernel", "shared/bias"],
      ...["first/kernel", "first/bias", "second/kernel", "second/bias"],
    ]);
    const results = (model: Model) => model.predictAll(data).map((result) => result.array());
    assertEquals(results(loaded), results(model));
    const { weightedMetrics, losses, metrics, lossWeights } = loaded.compiled;
    assertEquals(losses.map((loss) => loss.toConfig()), [
      { className: "Huber", config: { delta: 0.5 } },
      ...model.compiled.losses.slice(1).map((loss) => loss.toConfig()),
    ]);
    assertEquals([metrics[0], (metrics[1] as Huber).delta], ["mse", 2]);
    assertEquals([weightedMetrics.length, lossWeights], [0, [1, 0.25]]);
    assertEquals((await loadModel(path, { weightedMetrics: [largest] })).compiled.weightedMetrics, [
      largest,
    ]);
    assertEquals((await loadModel(path, { compile: false })).isCompiled, false);
    for (const one of [model, loaded]) await one.fit(data, targets, { ...options, epochs: 4 });
    assertEquals(weights(loaded), weights(model));
  }));

Deno.test("without training only what predicts is saved, and read", () =>
  inFolder(async (path, folder) => {
    const model = network(), plain = new Sequential([new Dense(2, { inputShape: [1] })]);
    await train(model, 2, false);
    await model.save(path, { weightsOnly: true });
    await plain.save(`${folder}/plain`);
    for (const [file, of] of [[path, model], [`${folder}/plain`, plain]] as const) {
      assertEquals([...(await readSafetensors(file)).tensors.keys()], [
        ...of.namedWeights().map(([name]) => name),
      ]);
      const loaded = await loadModel(file);
      assertEquals(weights(loaded), weights(of));
      assertEquals([loaded.isCompiled, loaded.history], [false, undefined]);
      const error = await assertRejects(() => restoreModel(network(), file), DataError);
      assert(error.message.includes("Use loadWeights"), error.message);
    }
    const callbacks = [new ModelCheckpoint({ filepath: path, saveWeightsOnly: true })];
    await model.fit(x, y, { epochs: 1, callbacks, verbose: 0 });
    assertEquals((await loadModel(path)).isCompiled, false);
    assertEquals(weights(await loadModel(path)), weights(model));
  }));

/** A model's state as text, to see that nothing was changed. */
const state = (model: Model) =>
  JSON.stringify([weights(model), model.rng.state, model.progress, model.optimizer?.iterations]);

Deno.test("a checkpoint of another architecture is refused by name and shapes; nothing is changed", () =>
  inFolder(async (path) => {
    const model = network();
    await train(model, 1, false);
    await model.save(path);
    const refused = async (other: Sequential, text: string, load = restoreModel) => {
      const before = state(other);
      const error = await assertRejects(() => load(other, path), DataError);
      assertEquals(
        error.message,
        `Cannot load ${path} into model "sequential" as both must have the same weights: current ${text}`,
      );
      assertEquals(state(other), before);
    };
    const made = (...layers: Layer[]) => {
      const other = new Sequential(layers, { seed: 9 });
      other.compile({ optimizer: "adam", loss: "mse" });
      return other;
    };
    const wider = 'layer "dense" has kernel [3, 5] in the model, [3, 4] in the file';
    await refused(network(new Adam(), 9, 5), wider);
    await refused(network(new Adam(), 9, 5), wider, loadWeights);
    await refused(
      made(new Dense(4, { inputShape: [3] }), new Dense(1), new Dense(1)),
      'layer "dense_2" has kernel [1, 1] in the model, nothing in the file',
    );
    await refused(
      made(new Dense(4, { inputShape: [3] })),
      'nothing in the model, layer "dense_1" has kernel [4, 1] in the file',
    );
    await refused(
      made(new Dense(4, { inputShape: [3], name: "hidden" }), new Dense(1)),
      'layer "hidden" has kernel [3, 4] in the model, nothing in the file',
    );
    // The difference is in the last layer: the first ones are not changed either.
    await refused(
      made(new Dense(4, { inputShape: [3] }), new Dense(2)),
      'layer "dense_1" has kernel [4, 2] in the model, [4, 1] in the file',
      loadWeights,
    );
  }));

Deno.test("another optimizer is refused, its rate is taken over; nothing is lost on the way", () =>
  inFolder(async (path) => {
    const model = network(new Adam({ learningRate: 0.25 }));
    await model.save(path);
    const sgd = network(new SGD()), before = state(sgd);
    const error = await assertRejects(() => sgd.restore(path), DataError);
    assert(
      error.message.includes(
        "must be Adam with learning rate 0.25: current SGD with learning rate 0.01",
      ),
    );
    assertEquals(state(sgd), before);
    const other = network(new Adam({ learningRate: 0.5 }));
    await other.restore(path);
    assertEquals(other.optimizer!.learningRate, 0.25);

    await network(new Adam({ learningRate: decay(0.5) })).save(path);
    await assertRejects(() => other.restore(path), DataError, "must be Adam with learning rate {");
    const amsgrad = network(new Adam({ amsgrad: true, learningRate: decay(0.5) }));
    await assertRejects(() => amsgrad.restore(path), DataError, "has maximum [3, 4] in the model");
    await network(new Adam({ learningRate: decay(0.5) })).restore(path);

    const raw = new Sequential([new Dense(1, { inputShape: [3] })]);
    await assertRejects(() => raw.restore(path), TypeError, "compile");
    const open = new Sequential([new Dense(1)]);
    await assertRejects(() => open.save(path), ShapeError, "not built");
  }));

Deno.test("weights of other programs are taken by name and shape", async () => {
  const model = new Sequential([new Dense(6, { inputShape: [2], useBias: false })]);
  for (const name of ["F32", "F16", "F64", "BF16"] as const) {
    assertEquals(expected.tensors[name].shape, [2, 6]);
    await model.loadWeights(PYTHON, { rename: () => name });
    assertEquals(
      model.getWeights()[0].dataSync(),
      Float32Array.from(expected.tensors[name].values, Number),
    );
  }
  const before = weights(model);
  for (
    const [name, found] of [["I32", "[2, 3] int32"], ["nothing", "[3, 0, 2]"], [
      "none",
      'no "none"',
    ]]
  ) {
    const error = await assertRejects(
      () => model.loadWeights(PYTHON, { rename: () => name }),
      DataError,
      'layer "dense" has kernel [2, 6] in the model',
    );
    assertEquals(error.found, found);
  }
  assertEquals(weights(model), before);
});

Deno.test("an encoder finds its weights in the file of an autoencoder", () =>
  inFolder(async (path) => {
    const input = new Input({ shape: [3] }), code = new Dense(2, { name: "code" }).apply(input);
    const outputs = new Dense(3, { name: "decoded" }).apply(code);
    const autoencoder = new Model({ inputs: input, outputs, seed: 1 });
    autoencoder.compile({ optimizer: "adam", loss: "mse" });
    await autoencoder.save(path);
    const encoder = new Sequential([new Dense(2, { inputShape: [3], name: "code" })]);
    await encoder.loadWeights(path);
    assertEquals(weights(encoder), weights(autoencoder).slice(0, 2));
  }));

Deno.test("weights without names of their own are refused", async () => {
  class Twins extends Layer {
    protected override build(): void {
      const make = { make: () => uniform([1]) } as never;
      for (let i = 0; i < 2; i++) this.addWeight("w", [1], make, new Rng(1));
    }
    computeOutputShape([shape]: readonly Shape[]): Shape {
      return shape;
    }
    call(inputs: Parameters<Layer["call"]>[0]) {
      return inputs[0];
    }
  }
  const model = new Sequential([new Twins({ inputShape: [1] })]);
  await assertRejects(() => saveModel(model, "unused"), RangeError, 'two "twins/w"');
  assertThrows(() => Deno.statSync("unused"), Deno.errors.NotFound);
});

Deno.test("what is frozen, or was for a while, is saved, loaded and trained on to the bit", () =>
  inFolder(async (path) => {
    const base = new Sequential([new Dense(4, { activation: "tanh" }), new Dense(4)], {
      name: "base",
    });
    const model = new Sequential([new Input({ shape: [3] }), base, new Dense(1)], { seed: 1 });
    model.compile({ optimizer: "adam", loss: "mse" });
    await train(model, 1, false);
    const values = () => weights(model), start = values();
    base.trainable = false;
    await train(model, 2);
    assertEquals(values().slice(0, 4), start.slice(0, 4));
    await model.save(path);
    const loaded = await loadModel(path);
    assertEquals(loaded.trainableWeights.length, 2);
    for (const one of [model, loaded]) await train(one, 3);
    assertEquals(weights(loaded), values());
    // Thawed, the optimizer still remembers what it knew before.
    for (const one of [model, loaded]) {
      one.getLayer("base").trainable = true;
      assertEquals(one.trainableWeights.length, 6);
      await train(one, 4);
    }
    assertEquals(weights(loaded), values());
    assertNotEquals(values().slice(0, 4), start.slice(0, 4));
  }));

Deno.test("within an epoch, metrics that are not saved must be given again: then the means go on", () =>
  inFolder(async (_, folder) => {
    const filepath = `${folder}/{epoch}-{batch}`;
    const measured = () => [new RootMeanSquaredError(), "mae"];
    const model = network();
    model.compile({ optimizer: "adam", loss: "mse", metrics: measured() });
    const callbacks = [new ModelCheckpoint({ filepath, saveFreq: 1 })];
    await model.fit(x, y, { epochs: 1, batchSize: 6, verbose: 0, callbacks });
    const path = `${folder}/1-2`, error = await assertRejects(() => loadModel(path), DataError);
    assertStringIncludes(error.message, "Give the same metrics, or load it with compile: false");
    assertEquals((await loadModel(path, { compile: false })).isCompiled, false);
    const loaded = await loadModel(path, { metrics: measured() });
    await train(loaded, 1);
    assertEquals(loaded.history!.history, model.history!.history);
  }));
