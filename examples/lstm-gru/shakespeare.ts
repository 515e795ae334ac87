/**
 * An LSTM writes plays: Tiny Shakespeare, all characters predicted, the state carried along.
 *
 * 128 hidden units, windows of 64 characters, Adam with cosine decay of the learning rate. By default
 * it learns from a fifth of the text, for less than 30 s: expect 1.8 nats a character on what is held
 * out, and many words that are none. `--full` learns from all of it, less than 10 minutes on two cores:
 * expect less than 1.65, a perplexity of 5. The network is saved, too.
 *
 * `deno task example lstm-gru/shakespeare [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=raw.githubusercontent.com
 */
import { loadTinyShakespeare, selfCorpus } from "@neurite/datasets";
import { SampleCallback, textGenerator } from "@neurite/lstm-gru";
import { Adam, CosineDecay } from "@neurite/nn";
import { learningCurve } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { realOr } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";

const program = trainingLine({
  name: "deno task example lstm-gru/shakespeare",
  description: "Trains an LSTM on Tiny Shakespeare and lets it write.",
  check: "fail unless it predicts what it has never seen: 2.4 nats a character, 1.7 with --full",
  full: "the whole text, 24 epochs",
}, 6);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, epochs = full ? 24 : 6 } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: text } = await realOr(
  "Tiny Shakespeare",
  () => loadTinyShakespeare({ dir: options.data, limit: full ? undefined : 220_000 }),
  "The documentation of Neurite",
  selfCorpus,
);
console.log(`${text.length.toLocaleString("en")} characters of ${name}; ${backend}\n`);

const batchSize = full ? 64 : 16, seqLength = 64;
const decaySteps = Math.ceil(epochs * 0.9 * text.length / (batchSize * seqLength));
const generator = textGenerator(text, {
  cell: "lstm",
  hiddenSize: 128,
  seqLength,
  batchSize,
  optimizer: new Adam({
    learningRate: new CosineDecay({ initialLearningRate: 0.008, decaySteps, alpha: 0.02 }),
    globalClipNorm: 1,
  }),
  validationSplit: 0.1,
  seed,
});
generator.summary();

const signal = untilInterrupted(), seedText = name === "synthetic" ? "the " : "ROMEO:\n";
const { history } = await generator.train({
  epochs,
  callbacks: [new SampleCallback({ seedText, length: 120, temperature: 0.7 })],
  signal,
});

for (const temperature of [0.4, 0.7, 1]) {
  const sample = generator.sample(seedText, 300, { temperature, seed });
  console.log(`\n--- temperature ${temperature}\n${seedText}${sample}`);
}
const start = performance.now(), written = 2000;
generator.sample(seedText, written);
const each = (performance.now() - start) / written;
console.log(`\n${each.toFixed(3)} ms for each character written`);

const last = history.valLoss?.at(-1) ?? NaN;
if (history.loss?.length > 0) {
  await learningCurve(history, { title: `An LSTM of 128 units on ${name}` })
    .save(`${out}/shakespeare.svg`);
}
await generator.save(`${out}/shakespeare.safetensors`);
console.log(
  `held out: ${last.toFixed(4)} nats a character, perplexity ${Math.exp(last).toFixed(2)}`,
);
console.log(`${elapsed()}; in ${out}/: shakespeare.svg, shakespeare.safetensors`);
const limit = full ? 1.7 : 2.4;
finish(options, [[`at most ${limit} nats a character`, last <= limit]], signal.aborted);
