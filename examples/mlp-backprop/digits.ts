/**
 * A multilayer perceptron learns handwritten digits: the MNIST set, about 98 % right in some seconds.
 *
 * `deno task start [--epochs n] [--backend b] [--threads n] [--data dir] [--seed n] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { type Digits, loadMnist, oneHot, scale, syntheticDigits } from "@neurite/datasets";
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { confusionMatrix, countConfusions, imageGrid, learningCurve } from "@neurite/plot";
import { argmax, type BackendName, DataError, useBackend } from "@neurite/tensor";
import { Command, InvalidArgumentError, Option } from "commander";
import { trainingProgress } from "../progress.ts";

/** A whole number of at least `least`, from the command line. */
const whole = (least: number) => (text: string): number => {
  const n = Number(text);
  if (Number.isSafeInteger(n) && n >= least) return n;
  throw new InvalidArgumentError(`Expected a whole number of at least ${least}, found ${text}.`);
};

const program = new Command("deno task start")
  .description("Trains a multilayer perceptron, 784-512-10, on handwritten digits.")
  .option("--epochs <n>", "how often all digits are gone through", whole(1), 8)
  .addOption(
    new Option("--backend <name>", "what computes").default("auto")
      .choices(["auto", "wasm", "blas", "reference"]),
  )
  .option("--threads <n>", "threads that compute (all processors by default)", whole(1))
  .option("--data <dir>", "a folder with the four MNIST files")
  .option("--seed <n>", "the seed of start values and shuffling", whole(0), 1)
  .option("--out <dir>", "where the pictures are written", "out")
  .option("--check", "a small run that fails below 85 % accuracy")
  .parse(["deno", "start", ...Deno.args]);
const options = program.opts();

/** The digits to train and to test with: MNIST, or loudly something else. */
async function load(): Promise<{ name: string; train: Digits; test: Digits }> {
  const limit = options.check ? 6000 : undefined;
  try {
    const [train, test] = await Promise.all(
      (["train", "test"] as const).map((split) => loadMnist({ split, limit, dir: options.data })),
    );
    return { name: "MNIST", train, test };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    console.log(`\n*** NOT MNIST: ${error.message}\n*** Synthetic digits are used instead.\n`);
    const count = limit ?? 20000;
    const test = syntheticDigits({ count: count / 5, seed: options.seed + 1 });
    return { name: "synthetic", train: syntheticDigits({ count, seed: options.seed }), test };
  }
}

const start = performance.now();
const refuse = (error: Error) => program.error(`error: ${error.message}`);
await Deno.mkdir(options.out, { recursive: true }).catch(refuse);
const backend = await useBackend(options.backend as BackendName, { threads: options.threads })
  .catch(refuse);
const { name, train, test } = await load();
const digits = `${train.labels.size} ${name} digits, ${test.labels.size} to test with`;
const threads = backend.threads === 1 ? "1 thread" : `${backend.threads} threads`;
const library = backend.blas === "none" ? "" : `, ${backend.blas}`;
console.log(`${digits}; backend ${backend.name}, ${threads}${library}`);

// One network for all: 784 pixels, 512 hidden units, 10 digits.
const mlp = new MultilayerPerceptron([784, 512, 10], {
  activation: "relu",
  cost: "cross-entropy",
  seed: options.seed,
});
const epochs: number = options.check ? 4 : options.epochs;
const batchSize = 128;

// The first Ctrl-C ends the training after the current step, the second one everything.
const interrupted = new AbortController();
const interrupt = () => {
  interrupted.abort();
  Deno.removeSignalListener("SIGINT", interrupt);
};
Deno.addSignalListener("SIGINT", interrupt);

const progress = trainingProgress(epochs, batchSize);
const history = await mlp.fit(scale(train.images), oneHot(train.labels, 10), {
  epochs,
  batchSize,
  learningRate: 0.5,
  validation: 1 / 12, // 5,000 of 60,000
  signal: interrupted.signal,
  ...progress.callbacks,
});
progress.stop();

const predictions = argmax(mlp.predict(scale(test.images)), { axis: 1 }).dataSync();
const truth = Array.from(test.labels.data);
const accuracy = mlp.accuracy(truth, predictions);
console.log(confusionMatrix(countConfusions(truth, predictions, 10)).toTerminal());

const wrong = truth.flatMap((label, i) => label === predictions[i] ? [] : [i]).slice(0, 40);
const { cost: loss, validationAccuracy: valAccuracy } = history;
await learningCurve({ loss, valAccuracy }, { title: `784-512-10 on ${name}` })
  .save(`${options.out}/learning_curve.svg`);
if (wrong.length > 0) {
  await imageGrid(wrong.map((i) => test.images.pick(i, null, null)), {
    columns: 10,
    captions: wrong.map((i) => `${truth[i]}, read ${predictions[i]}`),
  }).save(`${options.out}/misclassified.png`);
}
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  `Test accuracy ${(100 * accuracy).toFixed(2)} % after ${loss.length} epochs, ${seconds} s`,
);
console.log(`Pictures in ${options.out}/: learning_curve.svg, misclassified.png`);
if (history.stopped) {
  console.log("Stopped by Ctrl-C.");
  Deno.exit(130);
}
if (options.check && !(accuracy >= 0.85)) {
  console.error(`Check failed: accuracy ${accuracy} is below 0.85`);
  Deno.exit(1);
}
Deno.exit(0);
