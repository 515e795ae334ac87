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
import { emptyBatch, type Ranks, together } from "./ranks.ts";
import { type NextBatch, SetSource, type Source, StreamSource } from "./sources.ts";
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
  /** Examples in a step, where arrays are trained on: a training may go on with other batches. */
  batchSize?: number;
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
  const { ranks } = model;
  const prepared = await together(ranks, "train", () => prepare(model, x, y, options));
  const { source, validation } = prepared;
  try {
    if (ranks === undefined) return await new Run(model, source, validation, options).train();
    source.agree(ranks);
    ranks.begin(model);
    // Rank 0 may be the only one that has a checkpoint.
    const resume = ranks.sum([ranks.rank === 0 && options.resume ? 1 : 0])[0] > 0;
    return await new Run(model, source, validation, { ...options, resume }).train();
  } finally {
    await dispose(prepared);
  }
}

/** The data of a training. */
interface Prepared {
  readonly source: Source;
  readonly validation: Dataset | AsyncIterable<Batch> | undefined;
}

/** Checks what was asked for, and makes the data ready. */
async function prepare(
  model: Model,
  x: Data | BatchStream,
  y: Data | undefined,
  options: FitOptions,
): Promise<Prepared> {
  checkFit(options);
  void model.compiled; // Throws if it was not compiled.
  const stream = typeof x === "function" || isStream(x), { validationData } = options;
  if (stream) checkBesideStream("train on", { ...options, y });
  const source = stream
    ? new StreamSource(model, x, options)
    : await SetSource.of(model, x as Data, y, options);
  if (validationData === undefined || isStream(validationData)) {
    return { source, validation: validationData };
  }
  try {
    const { x, y, sampleWeight } = validationData;
    return { source, validation: await prepareSet(model, x, y, { sampleWeight }) };
  } catch (error) {
    await source.dispose();
    throw error;
  }
}

async function dispose({ source, validation }: Prepared): Promise<void> {
  await source.dispose();
  if (validation !== undefined && !isStream(validation)) disposeSet(validation);
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
  /** The callbacks that look at the numbers of this step. */
  #wanted: readonly Callback[] = [];
  /** Where there are ranks, what they agreed on last. */
  #agreed = { over: false, aborted: false, logs: false };

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
    this.#callbacks = verbose === 0 || !model.leads
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
    this.#align();
    history.cut(model.progress.epoch);
    try {
      await this.#call((callback) => callback.onTrainBegin());
      while (model.progress.epoch < this.#epochs && !this.#agree().over) {
        const { epoch } = model.progress;
        await this.#call((callback) => callback.onEpochBegin(epoch));
        if (this.#agree().over) break;
        const done = await this.#steps(), logs = this.#logs;
        if (this.#aborted) break;
        model.ranks?.compare(model);
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
    if (this.#model.ranks !== undefined) return this.#agreed.aborted;
    return this.#options.signal?.aborted ?? false;
  }

  /** Whether the training is to end here. */
  get #over(): boolean {
    if (this.#model.ranks !== undefined) return this.#agreed.over;
    return this.#model.stopTraining || this.#aborted;
  }

  /** What this process wants: to end, and to see the numbers of a step. */
  get #wishes(): number[] {
    const aborted = this.#options.signal?.aborted ?? false;
    return [aborted || this.#model.stopTraining, aborted, this.#wanted.length > 0].map(Number);
  }

  /** Agrees with the other ranks whether the training is to end here: what one of them wants is done. */
  #agree(
    [over, aborted, logs] = this.#model.ranks?.sum(this.#wishes) ?? this.#wishes,
  ): { over: boolean } {
    this.#agreed = { over: over > 0, aborted: aborted > 0, logs: logs > 0 };
    return { over: this.#over };
  }

  /** Goes on, in the middle of an epoch, with batches of another size than before. */
  #align(): void {
    const { progress, ranks } = this.#model,
      now = this.#source.batchSize,
      before = progress.batchSize;
    if (now === undefined || before === undefined || now === before) return;
    const examples = progress.step * before;
    if (examples % now === 0) {
      progress.step = examples / now;
      return;
    }
    const error = new RangeError(
      `Cannot go on with batches of ${now} examples as they must divide those of the epoch that are ` +
        `done: current ${examples}, in batches of ${before}`,
    );
    throw ranks?.refuse(error) ?? error;
  }

  /** The steps of an epoch that are left; tells whether all were taken. */
  async #steps(): Promise<boolean> {
    const model = this.#model, { progress, ranks } = model, { batchSize } = this.#source;
    if (batchSize !== undefined) progress.batchSize = batchSize;
    let fresh = progress.sums === undefined;
    // The sums are those of all ranks: one of them goes on with them.
    if (!fresh) model.trainer.means.restore(progress.sums!.map((sum) => model.leads ? sum : 0));
    progress.sums = undefined;
    const batches = this.#source.epoch(progress);
    try {
      for await (const next of ranks === undefined ? batches : this.#inStep(batches, ranks)) {
        tidy(() => {
          const batch = next.make();
          if (fresh) model.trainer.reset();
          fresh = false;
          model.trainer.step(batch, progress.epoch, progress.step);
        });
        await this.#afterStep(progress.step++);
        if (ranks === undefined && this.#over) break;
      }
      if (ranks !== undefined) this.#agree();
      // Reads what waits on the device, a step that was refused there too.
      if (progress.step > 0) this.#logs = await model.trainer.logs();
    } catch (error) {
      // Of a step, a callback or a stream: resumed, the means of the epoch go on. Others may know nothing of it.
      if (!fresh && progress.step > 0 && ranks === undefined) {
        progress.sums = await model.trainer.sums().catch(() => undefined);
      }
      throw error instanceof BackendError ? failedAt(progress, error) : error;
    }
    const done = !this.#over || (progress.step === this.#source.steps && !this.#aborted);
    if (!done && progress.step > 0) progress.sums = await model.trainer.sums();
    return done;
  }

  /** The batches of this rank, until all ranks have had theirs: one that has none left steps with the others. */
  async *#inStep(
    batches: AsyncIterable<NextBatch> | Iterable<NextBatch>,
    ranks: Ranks,
  ): AsyncIterable<Pick<NextBatch, "make">> {
    const model = this.#model, { progress } = model;
    const iterator = Symbol.asyncIterator in batches
      ? batches[Symbol.asyncIterator]()
      : batches[Symbol.iterator]();
    try {
      while (true) {
        const next = await iterator.next(), own = next.done ? 0 : next.value.count;
        this.#wanted = this.#callbacks.filter((callback) => callback.wantsLogs(progress.step));
        const [count, going, ...wishes] = ranks.sum([own, next.done ? 0 : 1, ...this.#wishes]);
        if (this.#agree(wishes).over) return;
        if (going === 0 && progress.step > 0) return;
        if (going === 0) {
          ranks.refuse(
            new RangeError(
              "Cannot train on streams as one of them must give batches in every epoch: current none " +
                `on ${ranks.size} ranks`,
            ),
          );
        }
        const make = () =>
          next.done || own === 0 ? emptyBatch(model) : { ...next.value.make(), share: own / count };
        yield { make };
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** Tells the callbacks; those that look at the numbers get them. */
  async #afterStep(step: number): Promise<void> {
    const { trainer, ranks } = this.#model;
    if (ranks === undefined) {
      this.#wanted = this.#callbacks.filter((callback) => callback.wantsLogs(step));
    }
    const wanted = this.#wanted,
      looks = ranks === undefined ? wanted.length > 0 : this.#agreed.logs;
    const logs = looks ? await trainer.logs() : undefined;
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
