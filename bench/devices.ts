/**
 * The book's jobs, and products of large matrices, on each backend that is there: a line of JSON each,
 * `{"backend","device","driver","job","ms","gflops","peak"}`. `ms` is a step, of many that a device is
 * given at once and waited for at the end; `peak` the share of what the device can do at most in f32,
 * where that is known.
 *
 * `deno run -A bench/devices.ts [--backend list] [--job part] [--products list] [--patience s]
 * [--rivals]`
 *
 * With `--rivals`, jax-js and TensorFlow.js's WebGPU backend do what they can of it on the same adapter,
 * each in a process of its own. Run nothing else meanwhile, and compare ratios from one run.
 */
import { Dense, Sequential } from "@neurite/nn";
import {
  type Backend,
  BackendError,
  type BackendInfo,
  currentBackend,
  matmul,
  uniform,
  zeros,
} from "@neurite/tensor";
import { Command } from "commander";
import { startBackend } from "../testing/start_backend.ts";
import type { Job } from "./job.ts";
import { SEED_JOBS } from "./jobs.ts";
import { training } from "./training.ts";

/** What devices do at most, GFLOP/s in f32 without matrix units, by their names: data sheets. */
const PEAKS: readonly [name: RegExp, gflops: number][] = [
  [/H100 PCIe/, 51_200],
  [/H100|H200|GH200/, 66_900],
  [/A100/, 19_500],
  [/L40S/, 91_600],
  [/\bL4\b/, 30_300],
  [/\bT4\b/, 8_100],
  [/V100/, 15_700],
  [/RTX 4090/, 82_600],
  [/RTX 3090/, 35_600],
];

/** Milliseconds of work that a device is given at once: reading takes it about 10. */
const AT_ONCE_MS = 300;
/** How often that is done; the median counts. */
const ROUNDS = 3;

const list = (text: string): string[] => text.split(",").filter((part) => part !== "");

const options = new Command("devices")
  .option("--backend <list>", "those to time", list, ["wasm", "blas", "webgpu", "tfjs"])
  .option("--job <part>", "only jobs whose name has this part", "")
  .option("--products <list>", "sides of square matrices", list, ["512", "1024", "2048", "4096"])
  .option("--patience <s>", "leave out what would take longer for a step", Number, 20)
  .option("--rivals", "time other libraries on the same adapter, too", false)
  .parse(["deno", "devices", ...Deno.args]).opts();

/** The product of square matrices as a job. */
function product(side: number): Pick<Job, "name" | "flops" | "prepare"> {
  return {
    name: `product ${side}`,
    flops: 2 * side ** 3,
    prepare() {
      const a = uniform([side, side], -1, 1), b = uniform([side, side], -1, 1);
      return { step: () => matmul(a, b).dispose(), runs: ROUNDS };
    },
  };
}

/** The chapter's network as a model: by itself it computes where the host can read. */
const MLP: Pick<Job, "prepare"> = training(
  () =>
    new Sequential([
      new Dense(512, { activation: "sigmoid", inputShape: [784] }),
      new Dense(10, { activation: "sigmoid" }),
    ], { seed: 1 }),
  { shape: [784], batchSize: 128, steps: 60, classes: 10, optimizer: "sgd", loss: "mse" },
);

/** The jobs for a backend. */
function jobsFor({ synchronous }: Backend): Pick<Job, "name" | "flops" | "prepare" | "per">[] {
  const jobs = SEED_JOBS.map((job) =>
    job.topic === "mlp-backprop" && !synchronous ? { ...job, ...MLP } : job
  );
  return [...options.products.map(Number).map(product), ...jobs];
}

/** Waits until the device has done what it was given: a number that was asked for last comes last. */
async function settled(): Promise<void> {
  using last = zeros([1]);
  await last.data();
}

/** Milliseconds of so many steps, to their end. */
async function elapsed(step: () => unknown, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const end = step();
    if (end instanceof Promise) await end; // no turn of the event loop where nothing is awaited
  }
  await settled();
  return performance.now() - start;
}

/** Milliseconds of a step, or why there are none: the first took longer than anybody wants to wait. */
async function stepTime({ prepare, per = 1 }: Pick<Job, "prepare" | "per">): Promise<
  number | string
> {
  const { step } = prepare();
  if (await elapsed(step, 1) > 1000 * options.patience) {
    return `a step takes over ${options.patience} s`;
  }
  const estimate = await elapsed(step, 3) / 3, count = Math.ceil(AT_ONCE_MS / estimate);
  await elapsed(step, count); // V8 compiles, pools fill
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await elapsed(step, count) / count);
  return times.sort((p, q) => p - q)[ROUNDS >> 1] / per;
}

/** The device of a backend, and what drives it. */
function namesOf({ device, runtime, blas, simd, threads }: BackendInfo): [string, string] {
  const driver = runtime ?? device?.vendor ?? (blas === "none" ? simd : blas);
  return [device?.adapter ?? `${threads} threads of the processor`, driver];
}

const round = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Times everything on a backend. */
async function timeOn(name: string): Promise<void> {
  const info = await startBackend(name).catch((error: Error) => {
    if (!(error instanceof BackendError)) throw error;
    console.error(`left out, ${name}: ${error.message}`);
  });
  if (info === undefined) return;
  const [device, driver] = namesOf(info);
  const peak = PEAKS.find(([pattern]) => pattern.test(device))?.[1];
  for (const job of jobsFor(currentBackend())) {
    if (!job.name.includes(options.job)) continue;
    const ms = await stepTime(job).catch((error: Error) => {
      if (!(error instanceof BackendError)) throw error;
      return error.message;
    });
    if (typeof ms === "string") {
      console.error(`left out on ${name}, ${job.name}: ${ms}`);
      continue;
    }
    const gflops = job.flops / ms / 1e6;
    console.log(JSON.stringify({
      ...{ backend: info.name, device, driver, job: job.name },
      ...{ ms: round(ms, 4), gflops: round(gflops, 3) },
      ...peak === undefined ? {} : { peak: round(gflops / peak, 2) },
    }));
  }
}

/** Runs a program of ours by itself: drivers of two devices in one process may not get along. */
async function alone(url: string, args: string[]): Promise<void> {
  const command = ["run", "-A", "--no-lock", new URL(url).pathname, ...args];
  const { success } = await new Deno.Command(Deno.execPath(), { args: command }).spawn().status;
  if (!success) console.error(`FAILED: ${args.join(" ")}`);
}

if (options.backend.length === 1) await timeOn(options.backend[0]);
else {
  const others = Deno.args.filter((arg) => arg !== "--rivals");
  for (const name of options.backend) await alone(import.meta.url, [...others, "--backend", name]);
}
if (options.rivals) {
  const url = new URL("rivals.ts", import.meta.url).href;
  for (const rival of ["jax-js", "tfjs-webgpu"]) await alone(url, [rival, ...options.products]);
}
Deno.exit(); // Threads and devices may still wait for work.
