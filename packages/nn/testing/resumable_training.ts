/**
 * Trains a small network with random numbers in every place where there can be some, and saves it on
 * the way. Where a checkpoint is there already, goes on from it. At the end saves it in another
 * file. Prints where it begins, and a line for every step. The arguments are the two paths, what it is
 * trained on, the name of the optimizer and how often to save.
 */
import { Rng, uniform } from "@neurite/tensor";
import {
  Adam,
  Dense,
  LambdaCallback,
  LearningRateScheduler,
  loadModel,
  type Model,
  ModelCheckpoint,
  Sequential,
  SGD,
} from "../mod.ts";
import { RandomDrop } from "./random_drop.ts";

/** The numbers of a training: 7 steps an epoch, of which the last is smaller. */
const EXAMPLES = 104, BATCH = 15, EPOCHS = 12;

function network(optimizer: string): Model {
  const model = new Sequential([
    new Dense(16, { activation: "tanh", inputShape: [3] }),
    new RandomDrop(),
    new Dense(1),
  ], { seed: 5 });
  model.compile({
    optimizer: optimizer === "adam"
      ? new Adam({ learningRate: 0.01, amsgrad: true })
      : new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
    loss: "mse",
    metrics: ["mae"],
  });
  return model;
}

const [checkpoint, result, data, optimizer, saveFreq] = Deno.args;
const x = uniform([EXAMPLES, 3], -1, 1, { rng: new Rng(1) }).array() as number[][];
const y = x.map(([a, b, c]) => [a * b - c]);

/** The set in batches, once or again and again. */
async function* batches() {
  do {
    for (let at = 0; at < EXAMPLES; at += BATCH) {
      await Promise.resolve();
      yield { x: x.slice(at, at + BATCH), y: y.slice(at, at + BATCH) };
    }
  } while (data === "an endless stream");
}

const there = await Deno.stat(checkpoint).then(() => true, () => false);
const model = there ? await loadModel(checkpoint) : network(optimizer);
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
print(String(model.progress.epoch + model.progress.step / 100));
const options = {
  epochs: EPOCHS,
  resume: there,
  verbose: 0,
  callbacks: [
    new LearningRateScheduler((_, rate) => rate * 0.97),
    new ModelCheckpoint({
      filepath: checkpoint,
      saveFreq: saveFreq === "epoch" ? saveFreq : Number(saveFreq),
    }),
    new LambdaCallback({ onTrainBatchEnd: () => void print("step") }),
  ],
} as const;
await (data === "a set"
  ? model.fit(x, y, { ...options, batchSize: BATCH, validationSplit: 0.05 })
  : model.fit(batches, undefined, {
    ...options,
    stepsPerEpoch: data === "a stream" ? undefined : 5,
  }));
await model.save(result);
