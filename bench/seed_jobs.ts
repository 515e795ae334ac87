/**
 * Times whole jobs, a line of JSON each, under the names that the same jobs have with other libraries:
 * `{"job","backend","threads","ms","gflops"}`, `ms` the median of a step.
 *
 * Jobs of models are trained by `fit`, on a set of so many batches, and once more by the bare step on
 * one batch that is there already, `bare`: what `ms` is more is `fit`'s own work.
 *
 * `deno run --allow-ffi --allow-env bench/seed_jobs.ts [--backend b] [--threads n] [--job part]`
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { autoencoder, convAutoencoder, deepAutoencoder } from "@neurite/autoencoders";
import { leNet5 } from "@neurite/cnn";
import { type TextCell, TextGenerator } from "@neurite/lstm-gru";
import type { Model } from "@neurite/nn";
import { Characters, CharRNN } from "@neurite/rnn";
import {
  type BackendName,
  matmul,
  type NdArray,
  oneHot,
  Rng,
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
      const x = tensor(one.x), y = classes ? tensor(one.y) : x;
      const batch = { x: [x], y: [y], weights: undefined, count: batchSize };
      const whole = () => model.fit(set.x, set.y, { batchSize, verbose: 0 });
      const bare = () => {
        for (let i = 0; i < steps; i++) model.trainer.step(batch, 0, 0);
      };
      await whole();
      // In turns, as the machine may be slower from one second to the next.
      const times = { ms: [] as number[], bare: [] as number[] };
      for (let i = 0; i < 9; i++) {
        let start = performance.now();
        await whole();
        times.ms.push((performance.now() - start) / steps);
        start = performance.now();
        bare();
        times.bare.push((performance.now() - start) / steps);
      }
      return { ms: median(times.ms), bare: median(times.bare) };
    };
  };
}

/** `count` characters out of `different` ones, by chance. */
function someText(count: number, different: number): string {
  const rng = new Rng(1), from = "A".codePointAt(0)!;
  const all = Array.from({ length: different }, (_, i) => from + i);
  const drawn = Array.from({ length: count - different }, () => from + rng.integer(different));
  return String.fromCodePoint(...all, ...drawn);
}

/** The chapter's network of 128 units on windows of 40 characters, of 38 different ones. */
function reading(cell: TextCell): () => () => Promise<Times> {
  const batchSize = 256, steps = 12, length = 40, different = 38;
  return () => {
    const text = someText(length + steps * batchSize, different);
    const network = new TextGenerator(Characters.of(text), {
      ...{ cell, batchSize, hiddenSize: 128, seqLength: length, predict: "next", seed: 1 },
    });
    network.setCorpus(text);
    return async () => {
      const epoch = () => network.train({ verbose: 0 }), times: number[] = [];
      await epoch();
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        await epoch();
        times.push((performance.now() - start) / steps);
      }
      const numbers = Int32Array.from(
        { length: batchSize * length },
        (_, i) => (7 * i) % different,
      );
      const x = [tensor(numbers, { shape: [batchSize, length] })];
      const batch = { x, y: [tensor(numbers.slice(0, batchSize))], weights: undefined };
      const step = () => network.trainer.step({ ...batch, count: batchSize }, 0, 0);
      return { ms: median(times), bare: timed(step, 2 * steps) };
    };
  };
}

/** Multiply-adds of a recurrent layer of 128 units of so many gates on 40 characters, forth and back. */
const readingMacs = (gates: number) => 40 * gates * 128 * (2 * 38 + 3 * 128) + 3 * 128 * 38;

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
    // The book's network, by backpropagation through time written out.
    name: "char-rnn-128 seq25 b1 sgd",
    flops: 2 * 25 * 128 * (2 * 65 + 3 * 128 + 3 * 65),
    prepare: () => {
      const windows = 200, rnn = new CharRNN(someText(25 * windows + 1, 65), { seed: 1 });
      return async () => {
        const times: number[] = [];
        for (let i = 0; i < 8; i++) {
          const start = performance.now();
          await rnn.fit({ epochs: 1 });
          times.push((performance.now() - start) / windows);
        }
        return { ms: median(times.slice(2)) };
      };
    },
  },
  { name: "lstm-128 seq40 b256 adam", flops: 2 * 256 * readingMacs(4), prepare: reading("lstm") },
  { name: "gru-128 seq40 b256 adam", flops: 2 * 256 * readingMacs(3), prepare: reading("gru") },
  {
    name: "lstm-128 sample one char",
    flops: 2 * 128 * (4 * (38 + 128) + 38),
    prepare: () => {
      const written = 400,
        network = new TextGenerator(Characters.of(someText(38, 38)), { seed: 1 });
      return () => ({ ms: timed(() => network.sample("A", written), 12) / written });
    },
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
