/**
 * LSTM against GRU on Shakespeare's sonnets: loss by epoch and by time, parameters, speed, samples.
 *
 * Both have 128 hidden units, read the text in tracks and predict every character; the last tenth of
 * the text is held out. Expect a perplexity of about 6 for both after 12 epochs, in less than 30 s.
 * `--full` does the chapter's job: windows of 40 characters and the one that follows each, batches of
 * 256, 8 epochs.
 *
 * `deno task example lstm-gru/lstm_against_gru [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=raw.githubusercontent.com
 */
import { loadSonnets, selfCorpus } from "@neurite/datasets";
import { textGenerator } from "@neurite/lstm-gru";
import { LambdaCallback } from "@neurite/nn";
import { lineChart, panels } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { realOr } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";

const program = trainingLine({
  name: "deno task example lstm-gru/lstm_against_gru",
  description: "Trains an LSTM and a GRU to write sonnets and compares them.",
  check: "fail unless both predict what they have never seen, about equally well",
  full: "the chapter's job: windows of 40 characters, one predicted for each; 8 epochs",
}, 12);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, epochs = full ? 8 : 12 } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data } = await realOr(
  "the sonnets",
  () => loadSonnets({ dir: options.data }),
  "The documentation of Neurite",
  selfCorpus,
);
const text = data.toLowerCase(), thousands = (n: number) => Math.round(n).toLocaleString("en");
console.log(`${thousands(text.length)} characters of ${name}; ${backend}`);

/** The course of a training and what came of it. */
interface Run {
  readonly cell: "lstm" | "gru";
  readonly parameters: number;
  readonly loss: number[];
  readonly valLoss: number[];
  /** Seconds since the start at the end of each epoch. */
  readonly seconds: number[];
  readonly sample: string;
}

const seedText = text.slice(0, text.indexOf("\n", 40) + 1), signal = untilInterrupted();
const runs: Run[] = [];
for (const cell of ["lstm", "gru"] as const) {
  const generator = textGenerator(text, {
    cell,
    hiddenSize: 128,
    seqLength: 40,
    ...(full ? { predict: "next" } : { predict: "all", batchSize: 16 }),
    validationSplit: 0.1,
    seed,
  });
  console.log();
  generator.summary();
  const start = performance.now(), seconds: number[] = [];
  const clock = new LambdaCallback({
    onEpochEnd: () => void seconds.push((performance.now() - start) / 1000),
  });
  const { history } = await generator.train({ epochs, callbacks: [clock], signal });
  if (signal.aborted) break;
  const sample = generator.sample(seedText, 240, { temperature: 0.7, seed });
  const { loss, valLoss } = history, parameters = generator.countParams();
  runs.push({ cell, parameters, loss, valLoss, seconds, sample });
}

const perplexity = ({ valLoss }: Run) => Math.exp(valLoss[valLoss.length - 1]);
for (const { cell, sample } of runs) {
  console.log(`\n--- what the ${cell} writes after ${JSON.stringify(seedText)}\n${sample}`);
}
console.log("\ncell  parameters  s an epoch  characters/s  loss    held out  perplexity");
for (const run of runs) {
  const each = run.seconds[epochs - 1] / epochs;
  console.log([
    ...[run.cell.padEnd(4), thousands(run.parameters).padStart(10)],
    ...[each.toFixed(2).padStart(10), thousands(0.9 * text.length / each).padStart(12)],
    ...[run.loss, run.valLoss].map((losses) => losses[epochs - 1].toFixed(4).padEnd(7)),
    perplexity(run).toFixed(2).padStart(11),
  ].join("  "));
}

const count = Array.from({ length: epochs }, (_, i) => i + 1);
const chart = (title: string, label: string, x: (run: Run) => number[]) =>
  lineChart({
    title,
    width: 420,
    height: 320,
    x: { label, min: 0 },
    y: { label: "nats a character" },
    series: runs.flatMap((run, colour) => {
      const name = run.cell.toUpperCase();
      return [
        { name, x: x(run), y: run.loss, colour },
        { name: `${name}, held out`, x: x(run), y: run.valLoss, colour, dashed: true },
      ];
    }),
  });
if (runs.length > 0) {
  const charts = [
    chart("By epoch", "epoch", () => count),
    chart("By time", "seconds", (r) => r.seconds),
  ];
  await panels(charts, { title: "LSTM against GRU, 128 units each" }).save(
    `${out}/lstm_against_gru.svg`,
  );
}
console.log(`\n${elapsed()}; picture in ${out}/: lstm_against_gru.svg`);
const found = runs.map(perplexity), alike = Math.abs(Math.log(found[0] / found[1])) < Math.log(1.4);
finish(options, [
  ["perplexities below 8 of the text held out", found.every((p) => p < 8)],
  ["perplexities that differ by less than 40 %", alike],
], signal.aborted);
