/**
 * Times training by several processes, with one thread each, and the all-reduce beneath it:
 *
 * `mpirun -n 2 deno run --allow-ffi --allow-env bench/distributed.ts [--job lenet5|lstm|reduce]`
 *
 * Rank 0 prints a line of JSON each: `{"job","ranks","ms","perSecond"}`, the median of a step, and the
 * examples (or bytes) a second of all ranks. With `--plain` no MPI is loaded: one process alone.
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { leNet5 } from "@neurite/cnn";
import { connect, distribute } from "@neurite/distributed";
import { LSTM } from "@neurite/lstm-gru";
import { Dense, LambdaCallback, type Model, Sequential } from "@neurite/nn";
import { Embedding } from "@neurite/rnn";
import { type NdArray, ndarray, Rng, uniform, useBackend, zeros } from "@neurite/tensor";
import { Command } from "commander";
import { someLabels } from "./training.ts";

const options = new Command("distributed")
  .option("--job <name>", "lenet5, lstm, reduce or all", "all")
  .option("--backend <name>", "what computes", "auto")
  .option("--plain", "without MPI", false)
  .parse(["deno", "distributed", ...Deno.args]).opts();

const world = options.plain ? undefined : await connect();
await useBackend(options.backend, { threads: 1 });
const size = world?.size ?? 1,
  median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1];
const wanted = (job: string) => options.job === "all" || options.job === job;

function report(job: string, ms: number, count: number): void {
  if ((world?.rank ?? 0) > 0) return;
  console.log(
    JSON.stringify({
      job,
      ranks: size,
      ms: Number(ms.toFixed(3)),
      perSecond: Math.round(count / ms * 1000),
    }),
  );
}

/** The median of the steps of an epoch, over some epochs, after one to warm up. */
async function train(
  job: string,
  model: Model,
  x: NdArray,
  y: NdArray,
  batchSize: number,
  steps: number,
) {
  if (world !== undefined) distribute(model, world);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const times: number[] = [];
  let start = 0;
  const clock = new LambdaCallback({
    onEpochBegin: () => void (start = performance.now()),
    onEpochEnd: (epoch) => {
      if (epoch > 0) times.push((performance.now() - start) / steps);
    },
  });
  await model.fit(x, y, { batchSize, epochs: 6, verbose: 0, callbacks: [clock] });
  report(job, median(times), batchSize * size);
}

const rng = new Rng(1);
if (wanted("lenet5")) {
  const steps = 40, count = 128 * size * steps;
  const x = uniform([count, 28, 28, 1], 0, 1, { rng }).toNdarray();
  await train("lenet5 b128 adam", leNet5({ seed: 1 }), x, someLabels(count, 10), 128, steps);
}
if (wanted("lstm")) {
  const steps = 6, count = 256 * size * steps, length = 40, different = 38;
  const x = ndarray(
    Int32Array.from({ length: count * length }, () => rng.integer(different)),
    [count, length],
  );
  const model = new Sequential([
    new Embedding(different, 40, { inputShape: [length] }),
    new LSTM(128),
    new Dense(different, { activation: "softmax" }),
  ], { seed: 1 });
  await train("lstm-128 seq40 b256 adam", model, x, someLabels(count, different), 256, steps);
}
if (wanted("reduce") && world !== undefined) {
  const x = zeros([25e6]), times: number[] = [];
  for (let i = 0; i < 12; i++) {
    world.barrier();
    const start = performance.now();
    world.allReduce(x);
    if (i > 1) times.push(performance.now() - start);
  }
  report("all-reduce of 100 MB", median(times), 100e6);
}
