import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import {
  assertAllRefused,
  assertNoHarm,
  type Forms,
  withFile,
} from "../../../testing/hostile_files.ts";
import { loadModel, loadWeights, restoreModel } from "../checkpoint.ts";
import { Concatenate, Dense } from "../layers/mod.ts";
import { Model } from "../model.ts";
import { Adam, ExponentialDecay, RMSProp } from "../optimizers/mod.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/file.ts";
import { Sequential } from "../sequential.ts";
import { Input } from "../symbolic.ts";
import { network, train } from "../testing/small_network.ts";

/** A model that every program can load. */
function plain(): Sequential {
  const layers = [new Dense(4, { activation: "tanh", inputShape: [3] }), new Dense(1)];
  const model = new Sequential(layers, { seed: 1 });
  model.compile({ optimizer: new Adam({ learningRate: 0.02 }), loss: "mse", metrics: ["mae"] });
  return model;
}

/** The JSON of a model of these layers. */
const sequential = (...layers: unknown[]) =>
  JSON.stringify({ className: "Sequential", config: { inputShape: [3], layers } });
const layer = (className: string, config: unknown) => ({ className, config });
const dense = (config: object) => layer("Dense", config);

/** Layers within each other, so many times; made as a text, as JSON.stringify would overflow. */
const nested = (times: number, inner: string) =>
  '{"className":"Sequential","config":{"layers":['.repeat(times) + inner + "]}}".repeat(times);

/** Models that ask for more than their file holds, or for what there is none of. */
const MODELS: Record<string, string> = {
  "1e8 units": sequential(dense({ units: 1e8 })),
  "1e300 units": sequential(dense({ units: 1e300 })),
  "units that are none": sequential(dense({ units: "3" })),
  "half a unit": sequential(dense({ units: 0.5 })),
  "inputs of 1e9 by 1e9": JSON.stringify(
    layer("Sequential", { inputShape: [1e9, 1e9], layers: [dense({ units: 4 })] }),
  ),
  "inputs that are none": JSON.stringify(layer("Sequential", { inputShape: "x", layers: [] })),
  "20,000 layers within each other": nested(20_000, JSON.stringify(dense({ units: 4 }))),
  "61 models within each other, of the wrong weights": nested(
    61,
    JSON.stringify(dense({ units: 4 })),
  ),
  "100,000 layers without names": sequential(
    ...Array.from({ length: 1e5 }, () => layer("Flatten", {})),
  ),
  "brackets without end": "[".repeat(1e6),
  "a million lists of nothing": `[${"[],".repeat(1e6)}[]]`,
  "layers that are no list": JSON.stringify(layer("Sequential", { layers: { length: 1e9 } })),
  "layers of nothing": sequential(null, undefined, "Dense", 3, []),
  "a class that objects have": sequential(layer("toString", {})),
  "an initializer of no class": sequential(dense({ units: 4, kernelInitializer: null })),
  "an activation of no name": sequential(dense({ units: 4, activation: "toString" })),
  "connections to nowhere": JSON.stringify(layer("Model", {
    layers: [dense({ units: 4, name: "a" })],
    graph: {
      inputs: [{ name: "x", shape: [3] }],
      steps: [{ layer: "a", inputs: [[7, 0]] }],
      outputs: [[0, 0]],
    },
  })),
  "connections in a circle": JSON.stringify(layer("Model", {
    layers: [dense({ units: 4, name: "a" })],
    graph: { inputs: [], steps: [{ layer: "a", inputs: [[0, 0]] }], outputs: [[0, 0]] },
  })),
  "a layer that is not there": JSON.stringify(layer("Model", {
    layers: [],
    graph: { inputs: [], steps: [{ layer: "b", inputs: [] }], outputs: [[0, 0]] },
  })),
  "no graph": JSON.stringify(layer("Model", { layers: [] })),
};

Deno.test("hostile models are refused at once", () =>
  withFile(async (path) => {
    await plain().save(path);
    const { tensors, metadata } = await readSafetensors(path);
    const forms = Object.entries(MODELS).map(([what, model]) => [
      what,
      { tensors, metadata: { ...metadata, model } },
    ]);
    await assertAllRefused("model", path, Object.fromEntries(forms));
  }));

/** Trainings that are none, as changes of the parts of a good one. */
const TRAININGS: Record<string, Record<string, string>> = {
  "a rate that is a text": { settings: '"learningRate":"fast"' },
  "a rate that is an object": { settings: '"learningRate":{}' },
  "a rate that is a list": { settings: '"learningRate":[1]' },
  "no rate": { settings: '"learningRate":null' },
  "a negative rate": { settings: '"learningRate":-1' },
  "a schedule of no numbers": {
    settings: '"learningRate":{"className":"ExponentialDecay","config":{}}',
  },
  "sums of a wrong length": { progress: '{"epoch":1,"step":2,"sums":[1,2]}' },
  "no sums, which the means need": { progress: '{"epoch":1,"step":2,"sums":[]}' },
  "sums that are no numbers": { progress: '{"epoch":1,"step":2,"sums":["1"]}' },
  "words of the generator above 32 bits": { rng: '{"seed":1,"position":0,"buffer":[4294967296]}' },
  "a seed above 2^53": { rng: '{"seed":1e16,"position":0,"buffer":[]}' },
  "a history of texts": { history: '{"epoch":["a"],"history":{}}' },
};

Deno.test("hostile trainings are refused at once, by loading and by restoring", () =>
  withFile(async (path) => {
    const model = plain();
    await train(model, 1, false);
    await model.save(path);
    const { tensors, metadata } = await readSafetensors(path);
    const forms = Object.entries(TRAININGS).map(([what, parts]): [string, Forms] => {
      const changed = Object.entries(parts).map(([name, text]) => [
        name,
        text.startsWith("{") ? text : metadata[name].replace(/"learningRate":[^,}]*/, text),
      ]);
      assert(changed.some(([name, text]) => text !== metadata[name]), what);
      return [what, { tensors, metadata: { ...metadata, ...Object.fromEntries(changed) } }];
    });
    await assertAllRefused("model", path, Object.fromEntries(forms));
    const before = model.getWeights().map((weight) => weight.dataSync());
    for (const [, { tensors, metadata }] of forms) {
      await writeSafetensors(path, tensors, metadata);
      await assertRejects(() => restoreModel(model, path), DataError);
    }
    assertEquals(model.getWeights().map((weight) => weight.dataSync()), before);
  }));

Deno.test("changed models, trainings and connections are read or refused, at once", () =>
  withFile(async (path) => {
    const schedule = new ExponentialDecay({
      initialLearningRate: 1,
      decaySteps: 4,
      decayRate: 0.9,
    });
    const rows = network(new RMSProp({ learningRate: schedule, momentum: 0.5 }));
    const x = new Input({ shape: [3] }), shared = new Dense(2), a = shared.apply(x);
    const inner = new Sequential([new Dense(2, { activation: "tanh", inputShape: [2] })]);
    const both = new Concatenate().apply([a, inner.apply(a)]);
    const graph = new Model({ inputs: x, outputs: [new Dense(1).apply(both)], seed: 1 });
    graph.compile({ optimizer: "adam", loss: "huber", metrics: ["mae"] });
    for (const model of [rows, graph]) {
      await train(model, 1, false);
      await model.save(path);
      const refused = await assertNoHarm(path, loadModel, 250);
      assert(refused > 100, `${refused} refused`);
      await assertNoHarm(path, (path) => restoreModel(model, path), 100);
      await assertNoHarm(path, (path) => loadWeights(model, path), 20);
    }
  }));
