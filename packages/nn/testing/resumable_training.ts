/**
 * Trains a small network with random numbers in every place where there can be some, and saves it on
 * the way. Where a checkpoint is there already, goes on from it. At the end saves it in another
 * file. The arguments are the two paths, the name of the optimizer and how often to save.
 */
import { Rng, uniform } from "@neurite/tensor";
import {
  Adam,
  Dense,
  LearningRateScheduler,
  loadModel,
  type Model,
  ModelCheckpoint,
  Sequential,
  SGD,
} from "../mod.ts";
import { RandomDrop } from "./random_drop.ts";

/** The numbers of a training: 7 steps an epoch, of which the last is smaller. */
const EXAMPLES = 104, BATCH = 15, EPOCHS = 40;

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

const [checkpoint, result, optimizer, saveFreq] = Deno.args;
const x = uniform([EXAMPLES, 3], -1, 1, { rng: new Rng(1) });
const y = (x.array() as number[][]).map(([a, b, c]) => [a * b - c]);

const there = await Deno.stat(checkpoint).then(() => true, () => false);
const model = there ? await loadModel(checkpoint) : network(optimizer);
console.log(JSON.stringify(model.progress));
await model.fit(x, y, {
  epochs: EPOCHS,
  batchSize: BATCH,
  validationSplit: 0.05,
  resume: there,
  verbose: 0,
  callbacks: [
    new LearningRateScheduler((_, rate) => rate * 0.97),
    new ModelCheckpoint({
      filepath: checkpoint,
      saveFreq: saveFreq === "epoch" ? saveFreq : Number(saveFreq),
    }),
  ],
});
await model.save(result);
