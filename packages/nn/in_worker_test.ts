import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Dense,
  inWorker,
  LambdaCallback,
  LearningRateScheduler,
  loadModel,
  Sequential,
  type WorkerProgress,
} from "./mod.ts";

const X = [[0, 0], [0, 1], [1, 0], [1, 1]], Y = [[0], [1], [1], [0]];

function network(): Sequential {
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [2] }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["meanAbsoluteError"] });
  return model;
}

const PLACE = { backend: "wasm", backendOptions: { threads: 1 }, verbose: 0 } as const;

Deno.test("a training in a worker gives the weights and the history of fit, to the bit, and goes on", async () => {
  const [here, beside] = [network(), network()], messages: WorkerProgress[] = [];
  const options = {
    epochs: 3,
    batchSize: 2,
    validationData: { x: X, y: Y },
    sampleWeight: [1, 2, 1, 2],
  };
  const callbacks = () => [new LearningRateScheduler((epoch) => 0.01 / (1 + epoch))];
  const own = await here.fit(X, Y, { ...options, callbacks: callbacks(), verbose: 0 });
  const other = await inWorker(beside, X, Y, {
    ...options,
    ...PLACE,
    callbacks: callbacks(),
    onProgress: (progress) => messages.push(progress),
  });
  assertEquals(other.history, own.history);
  const weights = (model: Sequential) => model.getWeights().map((weight) => weight.array());
  assertEquals(weights(beside), weights(here));
  const { epoch, step, steps, logs } = messages.at(-1)!;
  assertEquals([epoch, step, steps, Object.keys(logs).slice(0, 2)], [2, 2, 2, [
    "loss",
    "meanAbsoluteError",
  ]]);
  // The optimizer and the generator came back, too.
  await here.fit(X, Y, { ...options, epochs: 5, resume: true, verbose: 0 });
  await inWorker(beside, X, Y, { ...options, ...PLACE, epochs: 5, resume: true });
  assertEquals(weights(beside), weights(here));
});

Deno.test("callbacks of the page see the model, and end a training in a worker", async () => {
  const model = network(), seen: number[] = [], calls: string[] = [];
  const callback = new LambdaCallback({
    onTrainBegin: () => void calls.push("begin"),
    onEpochBegin: (epoch) => void calls.push(`epoch ${epoch}`),
    onEpochEnd(epoch) {
      seen.push(model.predict(X).dataSync()[0]);
      model.stopTraining = epoch === 2;
    },
    onTrainEnd: (logs) => void calls.push(`end ${Object.keys(logs)}`),
  });
  const { epoch } = await inWorker(model, X, Y, {
    ...PLACE,
    epochs: 50,
    callbacks: [callback],
  });
  assertEquals([epoch.length, calls], [3, [
    "begin",
    "epoch 0",
    "epoch 1",
    "epoch 2",
    "end loss,meanAbsoluteError",
  ]]);
  assertEquals(new Set(seen).size, 3);
});

Deno.test("a training in a worker ends when its signal is aborted", async () => {
  const abort = new AbortController(), model = network();
  const { epoch } = await inWorker(model, X, Y, {
    ...PLACE,
    epochs: 1_000_000,
    signal: abort.signal,
    onProgress: ({ epoch }) => epoch === 2 && abort.abort(),
  });
  assert(epoch.length < 1_000_000);
});

Deno.test("what a worker cannot be given is refused here, what it cannot do is told", async () => {
  const model = network(), stream = (() => {}) as never;
  const never = new LambdaCallback({
    onEpochEnd() {
      throw new Error("of the callback");
    },
  });
  const refused = [
    [() => inWorker(model, stream, Y), "current a stream"],
    [() => inWorker(model, X, [[1]], PLACE), "as many inputs as targets"],
    [() => inWorker(model, X, Y, { ...PLACE, callbacks: [never] }), "of the callback"],
    [() => inWorker(model, X, Y, { ...PLACE, modules: ["./no_such.ts"] }), "no_such.ts"],
    [() => inWorker(model, X, Y, { ...PLACE, epoch: 2 } as never), "Did you mean"],
    [() => inWorker(model, X, Y, { ...PLACE, worker: "data:text/javascript,throw 1" }), "must run"],
  ] as const;
  for (const [act, message] of refused) await assertRejects(act, Error, message);
});

Deno.test("a model is saved as bytes, a blob or a response, and loaded from them", async () => {
  const model = network(), expected = model.predict(X).array();
  for (const kind of [Uint8Array, ArrayBuffer, Blob, Response]) {
    const again = await loadModel(await model.save(kind as typeof Uint8Array));
    assertEquals(again.predict(X).array(), expected);
    assert(again.isCompiled);
  }
});
