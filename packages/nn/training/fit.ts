/** The training loop. */
import { type RngState, type TensorLike, tidy } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import type { Callback, Logs } from "../callbacks/callback.ts";
import { ProgressBar } from "../callbacks/mod.ts";
import { takeStates } from "../checkpoint/states.ts";
import type { Model } from "../model.ts";
import type { SavedTensor } from "../safetensors/format.ts";
import { type Batch, batchOf, type Data, type Dataset, inOrder, tensorBatch } from "./batches.ts";
import { measure } from "./evaluate.ts";
import { History } from "./history.ts";
import { disposeSet, prepareSet, weighClasses, type Weights } from "./prepare.ts";
import { checkBesideStream, isStream } from "./stream.ts";
import { Turns } from "./turn.ts";

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
   * weights become those of a training that was never interrupted, to the bit.
   */
  resume?: boolean;
  /** The share of examples, at the end of the set, that is held out and measured after each epoch. */
  validationSplit?: number;
  /** Examples of their own to measure after each epoch; stateful layers read them from zeros on. */
  validationData?: { x: Data; y: Data; sampleWeight?: TensorLike };
  /** Whether each epoch goes through the examples in a new random order; `true` by default. */
  shuffle?: boolean;
  /** Steps of an epoch, for streams that do not end; by default an epoch is the whole stream. */
  stepsPerEpoch?: number;
  /** What is called on the way. */
  callbacks?: readonly Callback[];
  /**
   * What is shown: `"auto"` (default) and 1 a progress bar on a terminal, elsewhere one line an
   * epoch; 2 always lines; 0 nothing.
   */
  verbose?: "auto" | 0 | 1 | 2;
  /** Ends the training after the current step when it is aborted; no error is thrown. */
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
  x: Data | AsyncIterable<Batch> | (() => AsyncIterable<Batch>),
  y: Data | undefined,
  options: FitOptions,
): Promise<History> {
  checkOptions(options);
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
  x: Data | AsyncIterable<Batch> | (() => AsyncIterable<Batch>),
  y: Data | undefined,
  options: FitOptions,
): Promise<History> {
  const stream = typeof x === "function" || isStream(x);
  if (stream) checkBesideStream("train on", { ...options, y });
  const source = stream
    ? new StreamSource(model, x as AsyncIterable<Batch> | (() => AsyncIterable<Batch>), options)
    : new SetSource(model, x as Data, y, options);
  let validation: Dataset | undefined;
  try {
    if (options.validationData !== undefined) {
      const { x, y, sampleWeight } = options.validationData;
      validation = prepareSet(model, x, y, { sampleWeight });
    }
    return await new Run(model, source, validation, options).train();
  } finally {
    source.dispose();
    if (validation !== undefined) disposeSet(validation);
  }
}

/** Where batches come from. */
interface Source {
  readonly steps: number | undefined;
  readonly samples: number | undefined;
  readonly batchSize: number | undefined;
  /** The batches of an epoch, from number `first` on, each as a function that makes its tensors. */
  epoch(progress: Progress): AsyncIterable<BatchMaker> | Iterable<BatchMaker>;
  /** The loss and the metrics of the examples that are held out, if there are any. */
  measureHeldOut(batchSize: number): Logs | undefined;
  dispose(): void;
}

/** Makes the tensors of a batch, in the step's scope. */
type BatchMaker = () => ReturnType<typeof batchOf>;

/** Batches of examples that are all there. */
class SetSource implements Source {
  readonly #model: Model;
  readonly #set: Dataset;
  /** The same with the weights of classes, which count in training only. */
  readonly #trained: Dataset;
  readonly #shuffle: boolean;
  readonly samples: number;
  readonly batchSize: number;
  readonly steps: number;

  constructor(model: Model, x: Data, y: Data | undefined, options: FitOptions) {
    const { validationSplit = 0, validationData, batchSize = 32, shuffle = true } = options;
    this.#model = model;
    this.#set = prepareSet(model, x, y, options);
    try {
      this.#trained = weighClasses(model, this.#set, options.classWeight);
    } catch (error) {
      disposeSet(this.#set);
      throw error;
    }
    this.#shuffle = shuffle;
    this.batchSize = batchSize;
    const { count } = this.#set;
    // As Keras: the first floor(n (1 - split)) examples are trained on.
    this.samples = validationData === undefined ? Math.floor(count * (1 - validationSplit)) : count;
    this.steps = Math.ceil(this.samples / batchSize);
    if (this.samples < 1 || (validationSplit > 0 && this.samples === count)) {
      disposeSet(this.#set);
      throw new RangeError(
        "Cannot hold out a part for validation as examples must be left on both sides: current " +
          `validationSplit ${validationSplit} of ${count}`,
      );
    }
  }

  *epoch(progress: Progress): Iterable<BatchMaker> {
    const { rng } = this.#model, set = this.#trained, { samples, batchSize } = this;
    let order = inOrder(samples);
    if (this.#shuffle) {
      const now = rng.state;
      // In the middle of an epoch: its order is found again from where the generator was before it.
      if (progress.shuffle !== undefined) rng.state = progress.shuffle;
      progress.shuffle ??= now;
      order = rng.permutation(samples);
      if (progress.step > 0) rng.state = now;
    }
    for (let at = progress.step * batchSize; at < samples; at += batchSize) {
      yield () => batchOf(set, order, at, Math.min(at + batchSize, samples));
    }
  }

  measureHeldOut(batchSize: number): Logs | undefined {
    const { count } = this.#set;
    if (this.samples === count) return undefined;
    return measure(this.#model, this.#set, this.samples, count, batchSize, true);
  }

  dispose(): void {
    disposeSet(this.#set);
  }
}

/** Batches of a stream. */
class StreamSource implements Source {
  readonly #model: Model;
  readonly #stream: () => AsyncIterable<Batch>;
  readonly steps: number | undefined;
  readonly samples = undefined;
  readonly batchSize = undefined;

  constructor(
    model: Model,
    stream: AsyncIterable<Batch> | (() => AsyncIterable<Batch>),
    { stepsPerEpoch }: FitOptions,
  ) {
    this.#model = model;
    this.#stream = typeof stream === "function" ? stream : () => stream;
    this.steps = stepsPerEpoch;
  }

  async *epoch({ step }: Progress): AsyncIterable<BatchMaker> {
    let count = 0;
    for await (const batch of this.#stream()) {
      if (count++ >= step) yield () => tensorBatch(this.#model, batch);
      if (count === this.steps) return;
    }
    if (count > 0) return;
    throw new RangeError(
      "Cannot train on a stream as it must give batches in every epoch: current none. A generator " +
        "ends once and for all: give the function that makes it",
    );
  }

  measureHeldOut(): undefined {}

  dispose(): void {}
}

/** One call of `fit`. */
class Run {
  readonly #model: Model;
  readonly #source: Source;
  readonly #validation: Dataset | undefined;
  readonly #options: FitOptions;
  readonly #callbacks: readonly Callback[];
  readonly #epochs: number;
  readonly #turns = new Turns();

  constructor(
    model: Model,
    source: Source,
    validation: Dataset | undefined,
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
    let logs: Logs = {};
    try {
      await this.#call((callback) => callback.onTrainBegin());
      while (model.progress.epoch < this.#epochs && !model.stopTraining) {
        const { epoch } = model.progress;
        await this.#call((callback) => callback.onEpochBegin(epoch));
        logs = await this.#epoch();
        if (this.#options.signal?.aborted) break;
        history.add(epoch, logs);
        model.progress = { epoch: epoch + 1, step: 0 };
        for (const callback of this.#callbacks) {
          await callback.onEpochEnd(epoch, logs);
          history.add(epoch, logs); // It may have put something there, such as the learning rate.
        }
      }
    } finally {
      await this.#end(logs);
    }
    return history;
  }

  /** The steps of an epoch and its validation. */
  async #epoch(): Promise<Logs> {
    const model = this.#model, { progress } = model, { signal } = this.#options;
    let fresh = true;
    if (progress.sums !== undefined) {
      model.trainer.sums = progress.sums;
      progress.sums = undefined;
      fresh = false;
    }
    for await (const make of this.#source.epoch(progress)) {
      tidy(() => {
        const batch = make();
        if (fresh) model.trainer.reset();
        fresh = false;
        model.trainer.step(batch, progress.epoch, progress.step);
      });
      const step = progress.step++;
      if (this.#callbacks.length > 0) {
        const logs = model.trainer.logs();
        await this.#call((callback) => callback.onTrainBatchEnd(step, logs));
      }
      await this.#turns.give();
      if (model.stopTraining || signal?.aborted) break;
    }
    const logs = model.trainer.logs();
    if (signal?.aborted) {
      progress.sums = model.trainer.sums;
      return logs;
    }
    for (const [name, value] of Object.entries(this.#validate() ?? {})) {
      logs[`val${name[0].toUpperCase()}${name.slice(1)}`] = value;
    }
    return logs;
  }

  /** The loss and the metrics of what is not trained on. */
  #validate(): Logs | undefined {
    const validation = this.#validation, batchSize = Math.max(this.#source.batchSize ?? 0, 256);
    return validation === undefined
      ? this.#source.measureHeldOut(batchSize)
      : measure(this.#model, validation, 0, validation.count, batchSize, true);
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

/** Throws `RangeError` for options that make no sense. */
function checkOptions(options: FitOptions): void {
  const whole = { batchSize: 1, epochs: 0, initialEpoch: 0, stepsPerEpoch: 1 } as const;
  for (const [name, least] of Object.entries(whole)) {
    const value = options[name as keyof typeof whole];
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) continue;
    throw new RangeError(
      `Cannot train as ${name} must be a whole number of at least ${least}: current ${value}`,
    );
  }
  const { validationSplit } = options;
  if (validationSplit !== undefined && !(validationSplit >= 0 && validationSplit < 1)) {
    throw new RangeError(
      `Cannot hold out a part for validation as it must be at least 0 and below 1: current ${validationSplit}`,
    );
  }
}
