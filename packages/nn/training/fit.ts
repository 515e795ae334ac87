/** The training loop. */
import { BackendError, type RngState, type TensorLike, tidy } from "@neurite/tensor";
import { checkCount, checkOptions, quoted } from "@neurite/tensor/internal";
import type { Callback, Logs } from "../callbacks/callback.ts";
import { ProgressBar } from "../callbacks/mod.ts";
import { takeStates } from "../checkpoint/states.ts";
import type { Model } from "../model.ts";
import type { SavedTensor } from "../safetensors/format.ts";
import type { Batch, Data, Dataset } from "./batches.ts";
import { measure, measureStream } from "./evaluate.ts";
import { History } from "./history.ts";
import { MANY_BATCHES } from "./means.ts";
import { disposeSet, prepareSet, type Weights } from "./prepare.ts";
import { SetSource, type Source, StreamSource } from "./sources.ts";
import { type BatchStream, checkBesideStream, isStream } from "./stream.ts";
import { Yielder } from "./yielder.ts";

/** How a model is trained; names and meanings are Keras's. */
export interface FitOptions extends Weights {
  /** Examples in a batch; 32 by default. The last batch of an epoch may be smaller. */
  batchSize?: number;
  /** The epoch at which the training ends; 1 by default. */
  epochs?: number;
  /** The epoch it begins with, counted from 0: to go on with a training. */
  initialEpoch?: number;
  /**
   * Goes on exactly where the model's checkpoint was written, in the middle of an epoch too: the
   * weights become those of a training that was never interrupted, to the bit. Batches of a stream
   * that were seen are passed over, but for a generator that was itself stopped with the training.
   */
  resume?: boolean;
  /** The share of examples, at the end of the set, that is held out and measured after each epoch. */
  validationSplit?: number;
  /**
   * Examples of their own to measure after each epoch, in place of a split, or batches of them, which an
   * iterable gives anew each time; stateful layers read them from zeros on.
   */
  validationData?: { x: Data; y: Data; sampleWeight?: TensorLike } | AsyncIterable<Batch>;
  /**
   * Examples that are measured at once after each epoch; by default `batchSize`, and at least 256.
   * Only the loss of masked sequences depends on it: a mean over the steps of each batch, as in Keras,
   * where `batchSize` is the default.
   */
  validationBatchSize?: number;
  /** Whether each epoch goes through the examples in a new random order; `true` by default. */
  shuffle?: boolean;
  /**
   * Steps of an epoch, for streams that do not end: each epoch goes on where the one before it ended,
   * and what ends begins again with the next epoch. By default an epoch is the whole stream.
   */
  stepsPerEpoch?: number;
  /** What is called on the way. */
  callbacks?: readonly Callback[];
  /**
   * What is shown: `"auto"` (default) and 1 a progress bar on a terminal, elsewhere one line an
   * epoch; 2 always lines; 0 nothing.
   */
  verbose?: "auto" | 0 | 1 | 2;
  /**
   * Ends the training when it is aborted: after the current step, and without waiting for a stream
   * that does not answer. No error is thrown.
   */
  signal?: AbortSignal;
}

/** Where a training is. */
export interface Progress {
  /** The epoch, counted from 0. */
  epoch: number;
  /** Steps of it that are done. */
  step: number;
  /** The generator before the epoch's examples were shuffled, while the epoch is not done. */
  shuffle?: RngState;
  /** In a checkpoint, what the means of the epoch are made of so far. */
  sums?: number[];
  /** In a checkpoint, what layers carried from batch to batch, by name. */
  states?: ReadonlyMap<string, SavedTensor>;
}

/** Trains a model. */
export async function fit(
  model: Model,
  x: Data | BatchStream,
  y: Data | undefined,
  options: FitOptions,
): Promise<History> {
  checkFit(options);
  void model.compiled; // Throws if it was not compiled.
  if (training.has(model)) {
    throw new Error(
      `Cannot train model ${quoted(model.name)} as one training must end before the next begins: ` +
        "current one is still running. Await it",
    );
  }
  training.add(model);
  try {
    return await run(model, x, y, options);
  } finally {
    training.delete(model);
  }
}

/** The models that are being trained. */
const training = new WeakSet<Model>();

async function run(
  model: Model,
  x: Data | BatchStream,
  y: Data | undefined,
  options: FitOptions,
): Promise<History> {
  const stream = typeof x === "function" || isStream(x);
  if (stream) checkBesideStream("train on", { ...options, y });
  const source = stream
    ? new StreamSource(model, x, options)
    : await SetSource.of(model, x as Data, y, options);
  const { validationData } = options;
  let validation: Dataset | AsyncIterable<Batch> | undefined;
  try {
    if (isStream(validationData)) validation = validationData;
    else if (validationData !== undefined) {
      const { x, y, sampleWeight } = validationData;
      validation = await prepareSet(model, x, y, { sampleWeight });
    }
    return await new Run(model, source, validation, options).train();
  } finally {
    await source.dispose();
    if (validation !== undefined && !isStream(validation)) disposeSet(validation);
  }
}

/** One call of `fit`. */
class Run {
  readonly #model: Model;
  readonly #source: Source;
  readonly #validation: Dataset | AsyncIterable<Batch> | undefined;
  readonly #options: FitOptions;
  readonly #callbacks: readonly Callback[];
  readonly #epochs: number;
  readonly #yielder = new Yielder();
  /** What the last epoch came to. */
  #logs: Logs = {};

  constructor(
    model: Model,
    source: Source,
    validation: Dataset | AsyncIterable<Batch> | undefined,
    options: FitOptions,
  ) {
    const { callbacks = [], verbose = "auto", epochs = 1 } = options;
    this.#model = model;
    this.#source = source;
    this.#validation = validation;
    this.#options = options;
    this.#epochs = epochs;
    this.#callbacks = verbose === 0
      ? callbacks
      : [new ProgressBar({ lines: verbose === 2 }), ...callbacks];
    const { steps, samples, batchSize } = source;
    for (const callback of this.#callbacks) {
      callback.model = model;
      callback.plan = { epochs, steps, samples, batchSize };
    }
  }

  async train(): Promise<History> {
    const model = this.#model, { initialEpoch = 0, resume = false } = this.#options;
    const history = resume ? model.history ?? new History() : new History();
    model.history = history;
    model.stopTraining = false;
    if (!resume) model.progress = { epoch: initialEpoch, step: 0 };
    takeStates(model);
    history.cut(model.progress.epoch);
    try {
      await this.#call((callback) => callback.onTrainBegin());
      while (model.progress.epoch < this.#epochs && !this.#over) {
        const { epoch } = model.progress;
        await this.#call((callback) => callback.onEpochBegin(epoch));
        if (this.#over) break;
        const done = await this.#steps(), logs = this.#logs;
        if (this.#aborted) break;
        Object.assign(logs, await this.#validate());
        history.add(epoch, logs);
        if (done) model.progress = { epoch: epoch + 1, step: 0 };
        for (const callback of this.#callbacks) {
          await callback.onEpochEnd(epoch, logs);
          history.add(epoch, logs); // It may have put something there, such as the learning rate.
        }
      }
    } catch (error) {
      // What went wrong first is told, whatever callbacks make of it.
      await this.#end(this.#logs).catch((late) =>
        console.warn("A callback failed at the end, too:", late)
      );
      throw error;
    }
    await this.#end(this.#logs);
    return history;
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  /** Whether the training is to end here. */
  get #over(): boolean {
    return this.#model.stopTraining || this.#aborted;
  }

  /** The steps of an epoch that are left; tells whether all were taken. */
  async #steps(): Promise<boolean> {
    const model = this.#model, { progress } = model;
    let fresh = progress.sums === undefined;
    if (!fresh) model.trainer.means.restore(progress.sums!);
    progress.sums = undefined;
    try {
      for await (const make of this.#source.epoch(progress)) {
        tidy(() => {
          const batch = make();
          if (fresh) model.trainer.reset();
          fresh = false;
          model.trainer.step(batch, progress.epoch, progress.step);
        });
        await this.#afterStep(progress.step++);
        if (this.#over) break;
      }
      // Reads what waits on the device, a step that was refused there too.
      if (progress.step > 0) this.#logs = await model.trainer.logs();
    } catch (error) {
      // Of a step, a callback or a stream: resumed, the means of the epoch go on.
      if (!fresh && progress.step > 0) {
        progress.sums = await model.trainer.sums().catch(() => undefined);
      }
      throw error instanceof BackendError ? failedAt(progress, error) : error;
    }
    const done = !this.#over || (progress.step === this.#source.steps && !this.#aborted);
    if (!done && progress.step > 0) progress.sums = await model.trainer.sums();
    return done;
  }

  /** Tells the callbacks; those that look at the numbers get them. */
  async #afterStep(step: number): Promise<void> {
    const { trainer } = this.#model;
    const wanted = this.#callbacks.filter((callback) => callback.wantsLogs(step));
    const logs = wanted.length > 0 ? await trainer.logs() : undefined;
    if (trainer.means.waiting >= MANY_BATCHES) await trainer.settle();
    await this.#call((callback) =>
      callback.onTrainBatchEnd(step, wanted.includes(callback) ? logs! : {})
    );
    await this.#yielder.yield();
  }

  /** The loss and the metrics of what is not trained on, as `valLoss`, ... */
  async #validate(): Promise<Logs> {
    const validation = this.#validation, { validationBatchSize } = this.#options;
    const batchSize = validationBatchSize ?? Math.max(this.#source.batchSize ?? 0, 256);
    const logs =
      await (validation === undefined
        ? this.#source.measureHeldOut(batchSize)
        : isStream(validation)
        ? measureStream(this.#model, validation, true)
        : measure(this.#model, validation, 0, validation.count, batchSize, true));
    return Object.fromEntries(
      Object.entries(logs ?? {})
        .map(([name, value]) => [`val${name[0].toUpperCase()}${name.slice(1)}`, value]),
    );
  }

  /** Tells every callback that it is over, even where one of them fails. */
  async #end(logs: Logs): Promise<void> {
    const ends = this.#callbacks.map(async (callback) => await callback.onTrainEnd(logs));
    for (const result of await Promise.allSettled(ends)) {
      if (result.status === "rejected") throw result.reason;
    }
  }

  async #call(f: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.#callbacks) await f(callback);
  }
}

/** What a device failed with, and where the training was. */
function failedAt({ epoch, step }: Progress, cause: BackendError): BackendError {
  const error = new BackendError(
    `Cannot go on training in epoch ${epoch + 1}, step ${
      step + 1
    }, as the backend failed: current ` +
      `"${cause.message}". A checkpoint goes on on any backend, with fit(x, y, { resume: true })`,
  );
  error.cause = cause;
  return error;
}

/** Throws `RangeError` for options that make no sense. */
function checkFit(options: FitOptions): void {
  const known = { x: true, y: true, sampleWeight: true } as const, { validationData } = options;
  if (!isStream(validationData)) checkOptions("train with validationData", validationData, known);
  const counts = {
    batchSize: 1,
    epochs: 0,
    initialEpoch: 0,
    stepsPerEpoch: 1,
    validationBatchSize: 1,
  };
  for (const [name, least] of Object.entries(counts)) {
    const value = options[name as keyof typeof counts];
    if (value !== undefined) checkCount("train", name, value, least);
  }
  const { validationSplit } = options;
  if (validationSplit !== undefined && !(validationSplit >= 0 && validationSplit < 1)) {
    throw new RangeError(
      `Cannot hold out a part for validation as it must be at least 0 and below 1: current ${validationSplit}`,
    );
  }
}
