/** Training in a worker: the page does nothing but hear of it. */
import {
  asTensor,
  type BackendName,
  type BackendOptions,
  isNdArray,
  keep,
  rowMajor,
  Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { builtin } from "@neurite/tensor/files";
import { checkOptions, quoted } from "@neurite/tensor/internal";
import type { Callback, Logs } from "./callbacks/callback.ts";
import { ProgressBar } from "./callbacks/progress_bar.ts";
import { restoreModel, saveModel } from "./checkpoint.ts";
import type { Known } from "./configurable.ts";
import { Loss } from "./losses/mod.ts";
import type { Model } from "./model.ts";
import { type Batch, type Data, partsOf } from "./training/batches.ts";
import type { FitOptions } from "./training/fit.ts";
import type { History } from "./training/history.ts";
import { FIT } from "./training/options.ts";
import { disposeSet, prepareSet } from "./training/prepare.ts";
import { isStream } from "./training/stream.ts";
import type { Answer, FromPage, FromWorker, SentArray, SentData } from "./worker/messages.ts";

/** How far a training in a worker is. */
export interface WorkerProgress {
  /** The epoch, counted from 0. */
  readonly epoch: number;
  /** Steps of it that are done. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number | undefined;
  /** The loss and the metrics: means since the epoch began. */
  readonly logs: Logs;
}

/** How {@linkcode inWorker} trains: as `fit` does, and where. */
export interface InWorkerOptions extends FitOptions {
  /**
   * The worker, or the address of its program, which imports `@neurite/nn/worker` and the packages whose
   * layers the model has. By default a worker of its own, whose program is `@neurite/nn/worker`. One that is
   * given goes on living, for the next training.
   */
  worker?: Worker | string | URL;
  /** Addresses of modules that the worker imports before: `[import.meta.resolve("@neurite/cnn")]`. */
  modules?: readonly (string | URL)[];
  /** What computes there, as `useBackend` knows it; `auto` by default, with all threads. */
  backend?: BackendName;
  /** How it is to work. */
  backendOptions?: BackendOptions;
  /** Is told how far the training is, about 20 times a second. */
  onProgress?: (progress: WorkerProgress) => void;
}

const OPTIONS: Known<InWorkerOptions> = {
  ...FIT,
  worker: true,
  modules: true,
  backend: true,
  backendOptions: true,
  onProgress: true,
};

/**
 * Trains a model in a worker, as `model.fit(x, y, options)` would here, which stays free meanwhile: a page
 * scrolls and draws at its full rate. The model gets the weights, the optimizer's state and the history when
 * the training ends, and, where there are callbacks, after each epoch.
 *
 * Model and data are copied to the worker. Callbacks and the progress bar run here: at the beginning and the
 * end of an epoch the worker waits for them, of the steps it tells 20 times a second, and those in between
 * have no logs. A `signal`, or a callback that sets `stopTraining`, ends the training between two steps.
 *
 * The worker must know the layers: the default one knows those of `@neurite/nn`, others are imported by
 * `modules`, or by a program of your own, which is what a bundler needs; see `@neurite/nn/worker`.
 *
 * @throws {TypeError} for streams, and for losses and metrics that are functions: they cannot be sent.
 * @throws what `fit` throws; and `Error` where the worker cannot be started, or fails.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Dense, inWorker, Sequential } from "@neurite/nn";
 *
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];
 * const model = new Sequential([
 *   new Dense(8, { activation: "tanh", inputShape: [2] }),
 *   new Dense(1),
 * ], { seed: 1 });
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 *
 * const { history, epoch } = await inWorker(model, x, y, { epochs: 50, verbose: 0 });
 * assertEquals(epoch.length, 50);
 * assert(history.loss[49] < history.loss[0]);
 * ```
 */
export async function inWorker(
  model: Model,
  x: Data,
  y: Data,
  options: InWorkerOptions = {},
): Promise<History> {
  checkOptions("train in a worker", options, OPTIONS);
  const { worker, modules = [], backend, backendOptions = {}, onProgress, ...rest } = options;
  const { callbacks = [], signal, verbose = "auto", validationData, sampleWeight, ...fit } = rest;
  checkSendable(model, x, validationData);
  // Refuses here what `fit` would refuse there, and builds the model.
  disposeSet(await prepareSet(model, x, y, { sampleWeight }));
  const { x: vx, y: vy, sampleWeight: vw } = validationData as Batch ?? {};
  const order: FromPage = {
    type: "train",
    modules: modules.map(String),
    backend,
    backendOptions: { ...backendOptions, ...at(backendOptions.worker) },
    model: await saveModel(model, Uint8Array),
    set: {
      x: await sent(x, model.inputs.length),
      y: await sent(y, model.outputs.length),
      sampleWeight: await sentWeights(sampleWeight),
    },
    validation: validationData === undefined ? undefined : {
      x: await sent(vx, model.inputs.length),
      y: await sent(vy, model.outputs.length),
      sampleWeight: await sentWeights(vw),
    },
    options: fit,
    sendModel: callbacks.length > 0,
  };
  const all = verbose === 0 ? callbacks : [new ProgressBar({ lines: verbose === 2 }), ...callbacks];
  const port = open(worker);
  try {
    return await new Listener(model, all, port, onProgress, signal).train(order);
  } finally {
    port.close();
  }
}

/** An address as it is sent. */
function at(worker: string | URL | undefined): BackendOptions {
  return worker === undefined ? {} : { worker: String(worker) };
}

/** What happens here while a worker trains. */
class Listener {
  readonly #model: Model;
  readonly #callbacks: readonly Callback[];
  readonly #port: Port;
  readonly #onProgress: InWorkerOptions["onProgress"];
  readonly #signal: AbortSignal | undefined;
  #epoch = 0;
  #steps: number | undefined;
  #logs: Logs = {};
  /** What comes is done one after the other: callbacks may be awaited. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    model: Model,
    callbacks: readonly Callback[],
    port: Port,
    onProgress: InWorkerOptions["onProgress"],
    signal: AbortSignal | undefined,
  ) {
    this.#model = model;
    this.#callbacks = callbacks;
    this.#port = port;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  async train(order: FromPage): Promise<History> {
    const abort = () => this.#port.send({ type: "abort" });
    this.#model.stopTraining = false;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#port.listen((message) => {
          this.#turn = this.#turn.then(() => this.#hear(message, resolve)).catch(reject);
        }, reject);
        this.#port.send(order);
        if (this.#signal?.aborted) abort();
        else this.#signal?.addEventListener("abort", abort, { once: true });
      });
    } catch (error) {
      this.#port.send({ type: "abort" });
      await this.#end().catch((late) => console.warn("A callback failed at the end, too:", late));
      throw error;
    } finally {
      this.#signal?.removeEventListener("abort", abort);
    }
    await this.#end();
    return this.#model.history!;
  }

  async #hear(message: FromWorker, done: () => void): Promise<void> {
    const model = this.#model;
    if (message.type === "begin") {
      this.#steps = message.plan.steps;
      for (const callback of this.#callbacks) {
        callback.model = model;
        callback.plan = message.plan;
      }
      await this.#call((callback) => callback.onTrainBegin());
    } else if (message.type === "beginEpoch") {
      this.#epoch = message.epoch;
      await this.#call((callback) => callback.onEpochBegin(message.epoch));
      this.#answer({});
    } else if (message.type === "steps") {
      await this.#afterSteps(message);
    } else if (message.type === "endEpoch") {
      const { epoch, logs } = message;
      if (message.model !== undefined) await restoreModel(model, message.model);
      await this.#call((callback) => callback.onEpochEnd(epoch, logs));
      this.#answer(logs);
    } else if (message.type === "done") {
      await restoreModel(model, message.model);
      this.#logs = message.logs;
      done();
    } else {
      throw failure(message.name, message.message);
    }
  }

  async #afterSteps({ begin, end, logs }: FromWorker & { type: "steps" }): Promise<void> {
    for (let step = begin; step < end; step++) {
      await this.#call((callback) => {
        const looks = callback.wantsLogs(step) && step === end - 1;
        return callback.onTrainBatchEnd(step, looks ? { ...logs } : {});
      });
    }
    this.#onProgress?.({ epoch: this.#epoch, step: end, steps: this.#steps, logs });
    if (this.#model.stopTraining) this.#port.send({ type: "stop" });
  }

  #answer(logs: Logs): void {
    const { stopTraining: stop, optimizer } = this.#model;
    const answer: Answer = { type: "answer", learningRate: optimizer!.learningRate, stop, logs };
    this.#port.send(answer);
  }

  /** Tells every callback that it is over, even where one of them fails. */
  async #end(): Promise<void> {
    const ends = this.#callbacks.map(async (callback) => await callback.onTrainEnd(this.#logs));
    for (const result of await Promise.allSettled(ends)) {
      if (result.status === "rejected") throw result.reason;
    }
  }

  async #call(f: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.#callbacks) await f(callback);
  }
}

/** The error that a worker told. */
function failure(name: string, message: string): Error {
  const unknown = /made of known parts/.test(message)
    ? ". The worker must import the package that has it: give modules, or a worker of your own"
    : "";
  const kinds: Record<string, new (message: string) => Error> = { RangeError, TypeError };
  return new (kinds[name] ?? Error)(message + unknown);
}

/** Refuses what cannot be sent. */
function checkSendable(model: Model, x: Data, validationData: FitOptions["validationData"]): void {
  if (isStream(x) || typeof x === "function" || isStream(validationData)) {
    throw new TypeError(
      "Cannot train in a worker as data must be arrays or tensors: current a stream. Make it in a " +
        "worker of your own, and call fit there",
    );
  }
  const { metrics, weightedMetrics } = model.compiled;
  for (const metric of [...metrics, ...weightedMetrics]) {
    if (typeof metric === "string" || metric instanceof Loss) continue;
    throw new TypeError(
      `Cannot train model ${quoted(model.name)} in a worker as metrics must be names or losses: ` +
        "current a function or an object, which cannot be sent",
    );
  }
}

async function sent(data: Data, count: number): Promise<SentData> {
  const arrays = await Promise.all(partsOf("data", data, count).map(sentArray));
  return count === 1 ? arrays[0] : arrays;
}

async function sentWeights(weights: TensorLike | undefined): Promise<SentArray | undefined> {
  return weights === undefined ? undefined : await sentArray(weights);
}

/** An array in memory of its own: of a view, all that lies under it would be copied. */
async function sentArray(value: TensorLike): Promise<SentArray> {
  if (isNdArray(value) && ArrayBuffer.isView(value.data)) {
    const data = rowMajor(value) as Float32Array;
    const whole = data.byteLength === data.buffer.byteLength;
    return { shape: value.shape, data: whole ? data : data.slice() };
  }
  const made = value instanceof Tensor ? value : tidy(() => keep(asTensor(value)));
  try {
    return { shape: made.shape, data: await made.data() };
  } finally {
    if (made !== value) made.dispose();
  }
}

/** The way to a worker, of the web or of Node. */
interface Port {
  send(message: FromPage): void;
  listen(hear: (message: FromWorker) => void, fail: (error: unknown) => void): void;
  close(): void;
}

/** A worker of the web. */
interface WebWorker {
  postMessage(message: FromPage): void;
  addEventListener(type: string, listen: (event: never) => void): void;
  removeEventListener(type: string, listen: (event: never) => void): void;
  terminate(): void;
}

/** The worker that is given, or one of its own, which ends with the training. */
function open(given: InWorkerOptions["worker"]): Port {
  if (typeof given === "object" && "postMessage" in given) {
    return webPort(given as unknown as WebWorker, () => {});
  }
  if ("Worker" in globalThis) {
    const worker = startWeb(given);
    return webPort(worker as unknown as WebWorker, () => worker.terminate());
  }
  const node = builtin<typeof import("node:worker_threads")>("worker_threads");
  if (node === undefined) {
    throw new Error("Cannot train in a worker as the platform must have workers: current none");
  }
  const worker = new node.Worker(new URL(given ?? "./worker.js", import.meta.url));
  return {
    send: (message) => worker.postMessage(message),
    listen(hear, fail) {
      worker.on("message", hear);
      worker.on("error", fail);
    },
    close: () => void worker.terminate(),
  };
}

function startWeb(address: string | URL | undefined): Worker {
  if (address !== undefined) return new Worker(address, { type: "module" });
  const { url } = import.meta; // As it is written below, bundlers understand it.
  if (url.endsWith(".ts")) return new Worker(new URL("./worker.ts", url), { type: "module" });
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

function webPort(worker: WebWorker, close: () => void): Port {
  const listeners: [string, (event: never) => void][] = [];
  return {
    send: (message) => worker.postMessage(message),
    listen(hear, fail) {
      listeners.push(
        ["message", ({ data }: { data: FromWorker }) => hear(data)],
        ["error", (event: { message?: string; preventDefault(): void }) => {
          event.preventDefault();
          fail(
            new Error(
              `Cannot train in a worker as its program must run: current ` +
                `${
                  event.message ?? "none at its address"
                }. Give the option worker: its program imports ` +
                "@neurite/nn/worker",
            ),
          );
        }],
      );
      for (const [type, listener] of listeners) worker.addEventListener(type, listener);
    },
    close() {
      for (const [type, listener] of listeners) worker.removeEventListener(type, listener);
      close();
    },
  };
}
