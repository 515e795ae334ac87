import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { backendInfo, DivergedError, Rng, uniform } from "@neurite/tensor";
import { loadModel } from "../checkpoint.ts";
import { Dense } from "../layers/mod.ts";
import { SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import {
  EarlyStopping,
  LambdaCallback,
  LearningRateScheduler,
  ModelCheckpoint,
  ProgressBar,
  ReduceLROnPlateau,
} from "./mod.ts";

const x = uniform([30, 2], -1, 1, { rng: new Rng(4) });
const y = (x.array() as number[][]).map(([a, b]) => [2 * a - b]);

function linear(learningRate: number): Sequential {
  const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate }), loss: "mse" });
  return model;
}

const weights = (model: Sequential) =>
  model.getWeights().map((weight) => {
    using values = weight;
    return values.array();
  });

Deno.test("with a real model: the best weights, the best file, the rate, and no tensor more", async () => {
  const folder = await Deno.makeTempDir(), filepath = `${folder}/best-{epoch}.safetensors`;
  const model = linear(1), each: unknown[] = []; // so large a rate that the loss goes up and down
  const early = new EarlyStopping({ patience: 4, restoreBestWeights: true });
  const reduce = new ReduceLROnPlateau({ patience: 2, factor: 0.5, cooldown: 50 });
  weights(model); // Makes them.
  const before = backendInfo().liveTensors;
  const { history, epoch } = await model.fit(x, y, {
    epochs: 100,
    batchSize: 10,
    validationSplit: 0.3,
    verbose: 0,
    callbacks: [
      new LearningRateScheduler((epoch, rate) => epoch === 0 ? 1.5 : rate),
      reduce,
      early,
      new ModelCheckpoint({ filepath, saveBestOnly: true }),
      new LambdaCallback({ onEpochEnd: () => void each.push(weights(model)) }),
    ],
  });
  assertEquals(backendInfo().liveTensors, before);
  const best = history.valLoss.indexOf(Math.min(...history.valLoss));
  assertEquals([early.bestEpoch, early.best], [best, history.valLoss[best]]);
  assertEquals([early.stoppedEpoch, epoch.length], [best + 4, best + 5]);
  assertEquals(model.optimizer!.learningRate, 0.75);
  assertEquals(weights(model), each[best]);
  assertNotEquals(weights(model), each[best + 4]);
  const loaded = await loadModel(filepath.replace("{epoch}", String(best + 1)));
  assertEquals(weights(loaded as Sequential), each[best]);
  // A file for each epoch that was better than all before it.
  const better = history.valLoss.filter((v, i, all) => all.slice(0, i).every((other) => v < other));
  assertEquals(Array.from(Deno.readDirSync(folder)).length, better.length);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the bar ends when the training fails or is stopped", async () => {
  const screen = {
    isTTY: true,
    columns: 100,
    text: "",
    write: (text: string) => screen.text += text,
  };
  const options = { batchSize: 10, verbose: 0 } as const;
  await assertRejects(
    () =>
      linear(1e30).fit(x, y, { ...options, epochs: 9, callbacks: [new ProgressBar({ screen })] }),
    DivergedError,
  );
  assert(screen.text.endsWith("\n"));

  screen.text = "";
  const controller = new AbortController();
  const stop = new LambdaCallback({ onEpochEnd: () => controller.abort() });
  const callbacks = [new ProgressBar({ screen }), stop];
  await linear(0.1).fit(x, y, { ...options, epochs: 9, callbacks, signal: controller.signal });
  assert(screen.text.endsWith("\n") && screen.text.includes("epoch 1/9"), screen.text);
});

Deno.test("a training shows lines where there is no process, as in a page, and what callbacks print below them", async () => {
  const { process, console } = globalThis, printed: string[] = [];
  const { log } = console;
  Reflect.deleteProperty(globalThis, "process");
  console.log = (text: string) => printed.push(text);
  try {
    const callback = new LambdaCallback({
      onEpochEnd: (epoch) => console.log(`after ${epoch + 1}`),
    });
    await linear(0.1).fit(x, y, { batchSize: 10, epochs: 2, callbacks: [callback] });
    linear(0.1).summary();
  } finally {
    console.log = log;
    Object.assign(globalThis, { process });
  }
  assertEquals(printed.map((line) => line.split("  ")[0].split("\n")[0]), [
    ...["epoch 1/2", "after 1", "epoch 2/2", "after 2"],
    'Model: "sequential"',
  ]);
});
