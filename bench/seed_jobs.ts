/**
 * Times whole jobs, a line of JSON each, under the names that the same jobs have with other libraries:
 * `{"job","backend","threads","ms","gflops"}`, `ms` the median of a step.
 *
 * Jobs of models are trained by `fit`, on a set of so many batches, and once more by the bare step on
 * one batch that is there already: `bare` is its median, and what `ms` is more is `fit`'s own work.
 *
 * `deno run --allow-ffi --allow-env bench/seed_jobs.ts [--backend b] [--threads n] [--job part]`
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { autoencoder, convAutoencoder, deepAutoencoder } from "@neurite/autoencoders";
import { leNet5 } from "@neurite/cnn";
import type { Model } from "@neurite/nn";
import {
  type BackendName,
  matmul,
  type NdArray,
  oneHot,
  tensor,
  tidy,
  uniform,
  useBackend,
} from "@neurite/tensor";
import { Command } from "commander";

/** A job, and the floating-point operations of its products and convolutions. */
interface Job {
  readonly name: string;
  readonly flops: number;
  /** Prepares the data and gives what measures the milliseconds of a step. */
  readonly prepare: () => () => Promise<Times> | Times;
}

/** Milliseconds of a step; of a model's, through `fit` and bare. */
interface Times {
  readonly ms: number;
  readonly bare?: number;
}

const median = (times: number[]) => times.sort((p, q) => p - q)[times.length >> 1];

/** The median of many runs, after half a second of warming up: V8 compiles what is called often. */
function timed(step: () => void, runs: number): number {
  const warm = performance.now() + 500;
  while (performance.now() < warm) step();
  return median(Array.from({ length: runs }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  }));
}

/** Random numbers on the host, as data sets are. */
const onHost = (shape: number[]): NdArray => tidy(() => uniform(shape).toNdarray());

/** The training of a model on random examples; without `classes` its inputs are its targets. */
function training(
  make: () => Model,
  shape: readonly number[],
  batchSize: number,
  steps: number,
  classes?: number,
): () => () => Promise<Times> {
  return () => {
    const model = make();
    model.compile({
      optimizer: "adam",
      loss: classes === undefined ? "meanSquaredError" : "categoricalCrossentropy",
    });
    const examples = (count: number) => {
      const x = onHost([count, ...shape]), labels = Array.from({ length: count }, (_, i) => 7 * i);
      return {
        x,
        y: classes ? tidy(() => oneHot(labels.map((c) => c % classes), classes).toNdarray()) : x,
      };
    };
    const set = examples(steps * batchSize), one = examples(batchSize);
    return async () => {
      const epoch = () => model.fit(set.x, set.y, { batchSize, verbose: 0 });
      await epoch();
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        await epoch();
        times.push((performance.now() - start) / steps);
      }
      const batch = {
        x: [tensor(one.x)],
        y: [tensor(one.y)],
        weights: undefined,
        count: batchSize,
      };
      return { ms: median(times), bare: timed(() => model.trainer.step(batch, 0, 0), steps) };
    };
  };
}

/** The sizes of the chapter's deep autoencoder. */
const DEEP = [784, 512, 256, 128, 64];

/** Multiply-adds of dense layers, forth and back; the first has no gradient for its inputs. */
const denseMacs = (sizes: readonly number[]) =>
  sizes.slice(1).reduce((sum, n, i) => sum + (i === 0 ? 2 : 3) * n * sizes[i], 0);

/** Multiply-adds of LeNet-5 for an image, layer by layer. */
const LENET = [28 * 28 * 25 * 6, 10 * 10 * 150 * 16, 400 * 120, 120 * 84, 84 * 10];
const lenetMacs = LENET.reduce((sum, n) => sum + n, 0);
/** Multiply-adds of the convolutional autoencoder for an image, layer by layer. */
const CONV = [
  784 * 9 * 32,
  196 * 288 * 8,
  49 * 72 * 8,
  16 * 72 * 8,
  64 * 72 * 8,
  196 * 72 * 32,
  784 * 288,
];

const JOBS: readonly Job[] = [
  {
    // The book's network and cost, by backpropagation written out.
    name: "mlp-784-512-10 b128 sgd",
    flops: 2 * 128 * (2 * 784 * 512 + 3 * 512 * 10),
    prepare: () => {
      const mlp = new MultilayerPerceptron([784, 512, 10], { seed: 1 });
      const x = uniform([128, 784]);
      const y = oneHot(Array.from({ length: 128 }, (_, i) => (7 * i) % 10), 10);
      return () => ({ ms: timed(() => mlp.updateParameters(x, y, 0.5), 200) });
    },
  },
  {
    name: "lenet5 b128 adam",
    flops: 2 * 128 * (3 * lenetMacs - LENET[0]),
    prepare: training(() => leNet5({ seed: 1 }), [28, 28, 1], 128, 60, 10),
  },
  {
    name: "lenet5 predict b1000",
    flops: 2 * 1000 * lenetMacs,
    prepare: () => {
      const model = leNet5({ seed: 1 }), x = uniform([1000, 28, 28, 1]);
      return () => ({ ms: timed(() => model.predictOnBatch(x).dispose(), 40) });
    },
  },
  {
    name: "autoencoder-64 b256 adam",
    flops: 2 * 256 * denseMacs([784, 64, 784]),
    prepare: training(() => autoencoder(784, 64, { seed: 1 }), [784], 256, 100),
  },
  {
    name: "deep-autoencoder b256 adam",
    flops: 2 * 256 * denseMacs([...DEEP, ...DEEP.slice(0, -1).reverse()]),
    prepare: training(() => deepAutoencoder(DEEP, { seed: 1 }), [784], 256, 40),
  },
  {
    name: "conv-autoencoder b256 adam",
    flops: 2 * 256 * (3 * CONV.reduce((sum, n) => sum + n, 0) - CONV[0]),
    prepare: training(() => convAutoencoder({ seed: 1 }), [28, 28, 1], 256, 12),
  },
  {
    name: "gemm 1024",
    flops: 2 * 1024 ** 3,
    prepare: () => {
      const a = uniform([1024, 1024]), b = uniform([1024, 1024]);
      return () => ({ ms: timed(() => matmul(a, b).dispose(), 15) });
    },
  },
];

const options = new Command("seed_jobs")
  .option("--backend <name>", "auto, wasm, blas or reference", "auto")
  .option("--threads <n>", "threads that compute", Number)
  .option("--job <part>", "only jobs whose name has this part", "")
  .parse(["deno", "seed_jobs", ...Deno.args]).opts();
const { name: backend, threads } = await useBackend(options.backend as BackendName, {
  threads: options.threads,
});
for (const { name, flops, prepare } of JOBS) {
  if (!name.includes(options.job)) continue;
  const { ms, bare } = await prepare()();
  const gflops = Number((flops / ms / 1e6).toFixed(1)), round = (t: number) => Number(t.toFixed(3));
  const more = bare === undefined ? {} : { bare: round(bare) };
  console.log(JSON.stringify({ job: name, backend, threads, ms: round(ms), ...more, gflops }));
}
