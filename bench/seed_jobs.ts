/**
 * Times training steps of whole jobs, a line of JSON each, under the names that the same jobs have
 * with other libraries: `{"job","backend","threads","ms","gflops"}`, `ms` the median of a step.
 *
 * `deno run --allow-ffi --allow-env bench/seed_jobs.ts [--backend b] [--threads n] [--job part]`
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import {
  add,
  addScaled,
  type BackendName,
  div,
  matmul,
  mean,
  mul,
  oneHot,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  uniform,
  useBackend,
  valueAndGrad,
  zeros,
} from "@neurite/tensor";
import { Command } from "commander";

/** A job: one training step, and the floating-point operations of its matrix products. */
interface Job {
  readonly name: string;
  readonly flops: number;
  /** Prepares the data and gives the step. */
  readonly prepare: () => () => void;
  readonly steps: number;
}

/** Start values between -1 and 1 over the square root of the fan-in. */
const weights = (inputs: number, units: number) =>
  uniform([inputs, units], -1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs));

/** One step of Adam (Kingma and Ba, 2015) on all parameters, made of operations. */
function adam(parameters: readonly Tensor[]): (gradients: readonly Tensor[]) => void {
  const m = parameters.map((p) => zeros(p.shape)), v = parameters.map((p) => zeros(p.shape));
  const [β1, β2, η, ε] = [0.9, 0.999, 1e-3, 1e-7];
  let t = 0;
  return (gradients) => {
    t++;
    const rate = η * Math.sqrt(1 - β2 ** t) / (1 - β1 ** t);
    gradients.forEach((g, i) => {
      m[i].assign(addScaled(mul(m[i], β1), g, 1 - β1)); //         m ← β1 m + (1 - β1) g
      v[i].assign(addScaled(mul(v[i], β2), square(g), 1 - β2)); // v ← β2 v + (1 - β2) g²
      const step = div(m[i], add(sqrt(v[i]), ε));
      parameters[i].assign(addScaled(parameters[i], step, -rate));
    });
  };
}

const JOBS: readonly Job[] = [
  {
    // The book's network and cost, by backpropagation written out.
    name: "mlp-784-512-10 b128 sgd",
    flops: 2 * 128 * (2 * 784 * 512 + 3 * 512 * 10),
    steps: 200,
    prepare: () => {
      const mlp = new MultilayerPerceptron([784, 512, 10], { seed: 1 });
      const x = uniform([128, 784]);
      const y = oneHot(Array.from({ length: 128 }, (_, i) => (7 * i) % 10), 10);
      return () => mlp.updateParameters(x, y, 0.5);
    },
  },
  {
    // A plain composition of operations and its gradient.
    name: "autoencoder-64 b256 adam",
    flops: 2 * 256 * (2 + 3) * 784 * 64,
    steps: 200,
    prepare: () => {
      const x = uniform([256, 784]);
      const parameters = [weights(784, 64), zeros([64]), weights(64, 784), zeros([784])];
      const update = adam(parameters);
      const loss = valueAndGrad((w1, b1, w2, b2) => {
        const h = matmul(x, w1, { bias: b1, activation: "relu" });
        const y = matmul(h, w2, { bias: b2, activation: "relu" });
        return mean(square(sub(y, x)));
      });
      return () => tidy(() => update(loss(...parameters).gradients));
    },
  },
  {
    name: "gemm 1024",
    flops: 2 * 1024 ** 3,
    steps: 15,
    prepare: () => {
      const a = uniform([1024, 1024]), b = uniform([1024, 1024]);
      return () => matmul(a, b).dispose();
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
for (const { name, flops, prepare, steps } of JOBS) {
  if (!name.includes(options.job)) continue;
  const step = prepare();
  // V8 compiles what is called often in the background: warm up for at least half a second.
  const warm = performance.now() + 500;
  while (performance.now() < warm) step();
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  }
  const ms = times.sort((p, q) => p - q)[steps >> 1];
  const gflops = Number((flops / ms / 1e6).toFixed(1));
  console.log(JSON.stringify({ job: name, backend, threads, ms: Number(ms.toFixed(3)), gflops }));
}
