/**
 * The program of a worker that trains for a page; `inWorker` of `@neurite/nn` gives it work. A bundler makes
 * it of a file of your own, which imports the packages whose layers the model has:
 *
 * ```ts ignore
 * // worker.js
 * import "@neurite/cnn";
 * import "@neurite/nn/worker";
 *
 * // page.js
 * const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
 * await inWorker(model, x, y, { worker, epochs: 5 });
 * ```
 *
 * @module
 */
import { type NdArray, ndarray, useBackend } from "@neurite/tensor";
import { builtin } from "@neurite/tensor/files";
import { Callback, type Data, loadModel, type Logs, saveModel } from "./mod.ts";
import type {
  Answer,
  FromPage,
  FromWorker,
  Order,
  SentArray,
  SentData,
} from "./worker/messages.ts";

/** The port to the page, of a web worker or of one of Node's. */
interface Port {
  postMessage(message: FromWorker): void;
  addEventListener?(type: "message", listen: (event: { data: FromPage }) => void): void;
  on?(type: "message", listen: (data: FromPage) => void): void;
}

/** Milliseconds between two messages on the steps of an epoch. */
const INTERVAL = 50;

/** What is asked of the page now. */
let answered: ((answer: Answer) => void) | undefined;
/** What ends the training now. */
let training: { callback: Remote; abort: AbortController } | undefined;

const port = "WorkerGlobalScope" in globalThis
  ? globalThis as unknown as Port
  : builtin<{ parentPort: Port | null }>("worker_threads")?.parentPort ?? undefined;
if (port?.on !== undefined) port.on("message", hear);
else port?.addEventListener?.("message", ({ data }) => hear(data));

function hear(message: FromPage): void {
  if (message.type === "answer") answered?.(message);
  else if (message.type === "abort") training?.abort.abort();
  else if (message.type === "stop") training?.callback.stop();
  else if (message.type === "train") train(message).catch(fail);
}

function fail(error: unknown): void {
  const { name = "Error", message = String(error) } = error as Partial<Error>;
  port!.postMessage({ type: "failed", name, message });
}

/** Tells the page how far the training is, and does what its callbacks came to. */
class Remote extends Callback {
  readonly #sendModel: boolean;
  /** The first step that was not told. */
  #begin = 0;
  #told = -Infinity;

  constructor(sendModel: boolean) {
    super();
    this.#sendModel = sendModel;
  }

  override onTrainBegin(): void {
    port!.postMessage({ type: "begin", plan: { ...this.plan } });
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.#begin = this.model.progress.step;
    await this.#ask({ type: "beginEpoch", epoch });
  }

  override wantsLogs(): boolean {
    return performance.now() - this.#told >= INTERVAL;
  }

  override onTrainBatchEnd(step: number, logs: Logs): void {
    if (!("loss" in logs)) return;
    this.#told = performance.now();
    port!.postMessage({ type: "steps", begin: this.#begin, end: step + 1, logs });
    this.#begin = step + 1;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { step } = this.model.progress, end = step > 0 ? step : this.plan.steps ?? this.#begin;
    if (end > this.#begin) {
      port!.postMessage({ type: "steps", begin: this.#begin, end, logs });
    }
    const model = this.#sendModel ? await saveModel(this.model, Uint8Array) : undefined;
    Object.assign(logs, await this.#ask({ type: "endEpoch", epoch, logs, model }));
  }

  /** Ends the training after the step that is being taken. */
  stop(): void {
    this.model.stopTraining = true;
  }

  async #ask(message: FromWorker): Promise<Logs> {
    const answer = new Promise<Answer>((resolve) => answered = resolve);
    port!.postMessage(message);
    const { learningRate, stop, logs } = await answer, { optimizer } = this.model;
    if (optimizer!.learningRate !== learningRate) optimizer!.learningRate = learningRate;
    if (stop) this.stop();
    return logs;
  }
}

async function train(
  { modules, backend, backendOptions, model: saved, set, validation, options, sendModel }: Order,
): Promise<void> {
  await Promise.all(modules.map((module) => import(/* @vite-ignore */ module)));
  await useBackend(backend, backendOptions);
  const model = await loadModel(saved), abort = new AbortController();
  const callback = new Remote(sendModel);
  callback.model = model;
  training = { callback, abort };
  const { history } = await model.fit(dataOf(set.x), dataOf(set.y), {
    ...options,
    ...(set.sampleWeight && { sampleWeight: arrayOf(set.sampleWeight) }),
    ...(validation && {
      validationData: {
        x: dataOf(validation.x),
        y: dataOf(validation.y),
        ...(validation.sampleWeight && { sampleWeight: arrayOf(validation.sampleWeight) }),
      },
    }),
    callbacks: [callback],
    signal: abort.signal,
    verbose: 0,
  });
  const logs = Object.fromEntries(
    Object.entries(history).map(([name, values]) => [name, values[values.length - 1]]),
  );
  port!.postMessage({ type: "done", model: await saveModel(model, Uint8Array), logs });
}

function dataOf(sent: SentData): Data {
  return "shape" in sent ? arrayOf(sent) : sent.map(arrayOf);
}

function arrayOf({ data, shape }: SentArray): NdArray {
  return ndarray(data as Float32Array, [...shape]);
}
