/** What a job is, how it is checked, and how it is timed. */
import { BackendError, backendInfo, type BackendName, useBackend } from "@neurite/tensor";

/** A job of a chapter, on whatever backend is current. */
export interface Job {
  /** The package whose chapter has it: `cnn`. */
  readonly topic: string;
  /** Its name, the same for all libraries. */
  readonly name: string;
  /** Steps that one call of `step` takes; 1 by default. */
  readonly per?: number;
  /** Floating-point operations of the products and convolutions of a step. */
  readonly flops: number;
  /** Bytes that a step must move at least; see {@linkcode moved}. */
  readonly bytes: number;
  /**
   * The same on a few examples: numbers that are those of the reference backend, to a relative error
   * of 1e-3, wherever it runs.
   */
  readonly small: () => Iterable<number> | Promise<Iterable<number>>;
  /** Makes the model and the data. */
  readonly prepare: () => Prepared;
}

/** A job that is ready to be timed. */
export interface Prepared {
  /** One step, or as many as the job's `per` says. */
  readonly step: () => unknown;
  /** How many calls the median is taken of. */
  readonly runs: number;
  /** A whole epoch of `steps` steps by `fit`, whose own work is timed, too. */
  readonly epoch?: () => Promise<unknown>;
  /** Steps of an epoch. */
  readonly steps?: number;
}

/** Milliseconds of a step; of a model's, through `fit` and bare. */
export interface Times {
  readonly ms: number;
  readonly bare?: number;
}

const median = (times: number[]): number => times.sort((p, q) => p - q)[times.length >> 1];

async function elapsed(work: () => unknown): Promise<number> {
  const start = performance.now();
  const end = work();
  if (end instanceof Promise) await end; // no turn of the event loop where nothing is awaited
  return performance.now() - start;
}

/** Times a job, after half a second of warming up: V8 compiles what is called often. */
export async function measure({ prepare, per = 1 }: Job): Promise<Times> {
  const { step, runs, epoch, steps = 1 } = prepare();
  const warm = performance.now() + 500;
  while (performance.now() < warm) await elapsed(epoch ?? step);
  const bare: number[] = [], whole: number[] = [];
  const manySteps = () => {
    for (let i = 0; i < steps; i++) step();
  };
  // In turns, as the machine may be slower from one second to the next.
  for (let i = 0; i < runs; i++) {
    if (epoch) whole.push(await elapsed(epoch) / steps);
    bare.push(await elapsed(epoch ? manySteps : step) / (epoch ? steps : per));
  }
  return epoch ? { ms: median(whole), bare: median(bare) } : { ms: median(bare) };
}

const expected = new Map<string, Promise<number[]>>();

/** Compares the job on a few examples with the reference backend; the backend stays as it is. */
export async function check(job: Job): Promise<void> {
  const { name, threads } = backendInfo();
  const found = [...await job.small()];
  let right = expected.get(job.name);
  if (right === undefined) {
    right = onReference(job);
    expected.set(job.name, right);
    await right;
    await useBackend(name as BackendName, { threads });
  }
  const wanted = await right;
  const scale = Math.max(...wanted.map(Math.abs));
  const far = wanted.findIndex((value, i) => !(Math.abs(found[i] - value) <= 1e-3 * scale));
  if (found.length !== wanted.length || wanted.length === 0 || far >= 0) {
    throw new Error(
      `Cannot time ${job.name} as it must give on ${name} what it gives on the reference: ` +
        `current ${found[far] ?? `${found.length} numbers`} instead of ${
          wanted[far] ?? wanted.length
        }`,
    );
  }
}

async function onReference(job: Job): Promise<number[]> {
  await useBackend("reference");
  return [...await job.small()];
}

/**
 * Bytes that a training step must move at least, all numbers being float32: the inputs are read, the
 * activations written and read again in the backward pass, the parameters and what the optimizer keeps of
 * each read and written.
 */
export function moved(
  sizes: {
    batch: number;
    /** Inputs and activations of one example. */
    inputs: number;
    activations: number;
    parameters: number;
    /** Numbers that the optimizer keeps of a parameter: 2 for Adam. */
    kept?: number;
  },
): number {
  const { batch, inputs, activations, parameters, kept = 0 } = sizes;
  return 4 * (batch * (inputs + 2 * activations) + 2 * (1 + kept) * parameters);
}

/** Where jobs are benched; the first is the baseline. */
const PLACES: readonly (readonly [BackendName, number])[] = [["wasm", 1], ["wasm", 2], ["blas", 2]];

/**
 * Registers the jobs of a chapter for `deno bench`, on each backend that is there, after they gave the
 * right numbers on it.
 */
export async function bench(jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) {
    throw new Error("Cannot bench as the chapter must have a job: current none");
  }
  for (const [backend, threads] of PLACES) {
    const there = await useBackend(backend, { threads }).catch((error) => {
      if (error instanceof BackendError) return console.error(`left out: ${error.message}`);
      throw error;
    });
    if (!there) continue;
    for (const job of jobs) {
      await check(job);
      register(job, backend, threads);
    }
  }
}

/** The backend and job that are ready, and the step that goes on. */
let ready: { name: string; step: () => unknown } | undefined;

function register(job: Job, backend: BackendName, threads: number): void {
  const label = `${backend} ${threads}`, steps = job.per === undefined ? "" : `, ${job.per} steps`;
  const name = `${job.name}${steps}, ${label}`;
  const baseline = label === PLACES[0].join(" ");
  Deno.bench({
    name,
    group: job.name,
    baseline,
    warmup: 3,
    n: 3, // more where half a second is long enough for it
    async fn(timer) {
      if (ready?.name !== name) {
        await useBackend(backend, { threads });
        ready = { name, step: job.prepare().step };
      }
      timer.start();
      const end = ready.step();
      if (end instanceof Promise) await end;
      timer.end();
    },
  });
}
