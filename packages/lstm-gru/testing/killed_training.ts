/**
 * Trains a network that reads text, or one with states, and saves it on the way. Where a checkpoint is
 * there already, goes on from it. At the end saves it in another file. Prints where it begins, and a
 * line for every step. The arguments are the two paths and the kind.
 */
import { type TextGenerator, textGenerator, type TextGeneratorOptions } from "@neurite/lstm-gru";
import { Dense, Input, LambdaCallback, loadModel, ModelCheckpoint, Sequential } from "@neurite/nn";
import { Bidirectional, CharRNN, SimpleRNN } from "@neurite/rnn";
import { Rng, uniform } from "@neurite/tensor";
import { LSTM } from "../lstm.ts";

const CORPUS = "the quick brown fox jumps over the lazy dog. ".repeat(8);
const EPOCHS = 8;

const [checkpoint, result, kind] = Deno.args;
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const there = await Deno.stat(checkpoint).then(() => true, () => false);
const begin = ({ epoch, step }: { epoch: number; step: number }) => print(`${epoch + step / 1000}`);
const callbacks = [
  new ModelCheckpoint({ filepath: checkpoint, saveFreq: 2 }),
  new LambdaCallback({ onTrainBatchEnd: () => void print("step") }),
];
const options = { epochs: EPOCHS, resume: there, verbose: 0, callbacks } as const;

/** A generator of texts. */
async function write(of: TextGeneratorOptions): Promise<void> {
  const small = { hiddenSize: 8, seqLength: 12, batchSize: 6, seed: 1, ...of };
  const generator = there
    ? await loadModel(checkpoint) as TextGenerator
    : textGenerator(CORPUS, small);
  if (there) generator.setCorpus(CORPUS, of.validationSplit);
  begin(generator.progress);
  await generator.train(options);
  await generator.save(result);
}

/** Layers that carry their states from batch to batch. */
async function carry(): Promise<void> {
  const x = uniform([24, 5, 2], -1, 1, { rng: new Rng(1) }).array() as number[][][];
  const y = x.map((steps) => [steps.reduce((sum, [a, b]) => sum + a * b, 0)]);
  const stateful = { stateful: true, returnSequences: true };
  const model = there ? await loadModel(checkpoint) : new Sequential([
    new Input({ shape: [null, 2] }),
    new Bidirectional(new SimpleRNN(3, { ...stateful, dropout: 0.2 })),
    new LSTM(4, { stateful: true, recurrentDropout: 0.2 }),
    new Dense(1),
  ], { seed: 3 });
  if (!there) model.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  begin(model.progress);
  await model.fit(x, y, { ...options, batchSize: 4, shuffle: false });
  await model.save(result);
}

/** The network of the chapter, by the equations. */
async function spell(): Promise<void> {
  const rnn = there
    ? await CharRNN.load(checkpoint, CORPUS)
    : new CharRNN(CORPUS, { hiddenSize: 12, seqLength: 10, learningRate: 0.05, seed: 1 });
  const { epoch, window } = rnn.place;
  begin({ epoch, step: window });
  await rnn.fit({
    epochs: 2,
    resume: there,
    async onIteration({ iteration }) {
      if (iteration % 2 === 0) await rnn.save(checkpoint);
      print("step");
    },
  });
  await rnn.save(result);
}

const KINDS: Record<string, () => Promise<void>> = {
  "all positions, dropout": () =>
    write({ cell: "gru", dropout: 0.2, layers: 2, validationSplit: 0.2 }),
  "the next position": () => write({ predict: "next", batchSize: 64, dropout: 0.2 }),
  "stateful layers": carry,
  CharRNN: spell,
};
await KINDS[kind]();
