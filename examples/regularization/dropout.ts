/**
 * Dropout against overfitting: training and validation loss with it and without.
 *
 * 784-512-512-10 has 670,000 parameters for 1,000 digits. Without dropout the training loss goes to
 * 0.001 and the validation loss, after the sixth epoch, up again; with dropout it stays lower.
 * Expect 0.46 and 0.38 after 30 epochs, in less than 15 s. `--full` takes 10,000 digits.
 *
 * `deno task example regularization/dropout [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { oneHot } from "@neurite/datasets";
import { Dense, Sequential } from "@neurite/nn";
import { lineChart, panels } from "@neurite/plot";
import { diagnose, type Diagnosis, Dropout } from "@neurite/regularization";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asRows } from "../common/pixels.ts";

const program = trainingLine({
  name: "deno task example regularization/dropout",
  description: "Trains a network that is too large for its digits, with dropout and without.",
  check: "fail unless it overfits without dropout, and has a lower validation loss with it",
  full: "10,000 digits",
}, 30);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, epochs = 30 } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train } } = await loadDigits({ ...options, limit: full ? 20_000 : 2000 });
const x = asRows(train), y = oneHot(train.labels, 10);
console.log(`${x.shape[0] / 2} ${name} digits, as many held out; ${backend}`);

/** The network, with the rates of dropout for inputs and hidden units. */
function network(inputs: number, hidden: number): Sequential {
  return new Sequential([
    new Dropout(inputs, { inputShape: [784] }),
    new Dense(512, { activation: "relu" }),
    new Dropout(hidden),
    new Dense(512, { activation: "relu" }),
    new Dropout(hidden),
    new Dense(10, { activation: "softmax" }),
  ], { seed });
}

const signal = untilInterrupted();
const runs: { title: string; loss: number[]; valLoss: number[]; found: Diagnosis }[] = [];
for (const [title, model] of [["without", network(0, 0)], ["with", network(0.2, 0.5)]] as const) {
  console.log(`\n${title} dropout`);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { history } = await model.fit(x, y, {
    batchSize: 100,
    epochs,
    validationSplit: 0.5,
    signal,
  });
  const { loss, valLoss } = history;
  if (signal.aborted) break;
  // Ten classes alike: -log 1/10 is the loss of a network that knows nothing.
  const found = diagnose({ loss, valLoss }, { baseline: Math.log(10) });
  console.log(found.text);
  runs.push({ title, loss, valLoss, found });
}

if (runs.length === 2) {
  const count = Array.from({ length: epochs }, (_, i) => i + 1);
  const charts = runs.map(({ title, loss, valLoss }) =>
    lineChart({
      title: `${title} dropout`,
      width: 400,
      height: 320,
      x: { label: "epoch" },
      y: { label: "loss", min: 0, max: 1 },
      series: [
        { name: "training", x: count, y: loss },
        { name: "validation", x: count, y: valLoss, dashed: true },
      ],
    })
  );
  await panels(charts, { title: "784-512-512-10 on few digits" }).save(`${out}/dropout.svg`);
  console.log(`${elapsed()}; picture in ${out}/: dropout.svg`);
}
const [without, dropped] = runs.map(({ found }) => found);
finish(options, [
  ["it to overfit without dropout", without?.verdict === "overfitting"],
  ["a lower validation loss with dropout", dropped?.valLoss < without?.valLoss],
], signal.aborted);
