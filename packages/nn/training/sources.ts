/** Where the batches of a training come from: a set whose examples are all there, or a stream. */
import type { Model } from "../model.ts";
import type { Logs } from "../callbacks/callback.ts";
import {
  type Batch,
  batchOf,
  countOfBatch,
  type Data,
  type Dataset,
  inOrder,
  type TensorBatch,
  tensorBatch,
} from "./batches.ts";
import { measure } from "./evaluate.ts";
import type { FitOptions, Progress } from "./fit.ts";
import { disposeSet, prepareSet, weighClasses } from "./prepare.ts";
import { ownRng, partOf, type Ranks } from "./ranks.ts";
import type { BatchStream } from "./stream.ts";

/** A batch to come. */
export interface NextBatch {
  /** How many examples there are in it. */
  readonly count: number;
  /** Makes its tensors, in the step's scope. */
  make(): TensorBatch;
}

/** Where batches come from. */
export interface Source {
  /** The steps of an epoch, where that is known. */
  readonly steps: number | undefined;
  /** The examples of an epoch, of all ranks, where that is known. */
  readonly samples: number | undefined;
  /** Examples in a step, of all ranks, where that is known. */
  readonly batchSize: number | undefined;
  /** Agrees with the other ranks on what an epoch is. */
  agree(ranks: Ranks): void;
  /** The batches of an epoch, from that on where the training is. */
  epoch(progress: Progress): AsyncIterable<NextBatch> | Iterable<NextBatch>;
  /** The loss and the metrics of the examples that are held out, if there are any. */
  measureHeldOut(batchSize: number): Promise<Logs> | undefined;
  /** Frees what was made for it. */
  dispose(): void | Promise<void>;
}

/** Batches of examples that are all there. */
export class SetSource implements Source {
  readonly #model: Model;
  readonly #set: Dataset;
  /** The same with the weights of classes, which count in training only. */
  readonly #trained: Dataset;
  readonly #shuffle: boolean;
  /** The examples of this process. */
  readonly #count: number;
  samples: number;
  readonly batchSize: number;
  steps: number;

  private constructor(model: Model, set: Dataset, trained: Dataset, options: FitOptions) {
    const { validationData, batchSize = 32, shuffle = true, stepsPerEpoch } = options;
    const { validationSplit = 0 } = validationData === undefined ? options : {};
    if (stepsPerEpoch !== undefined) {
      throw new RangeError(
        "Cannot train on arrays as stepsPerEpoch must be left out: current " +
          `${stepsPerEpoch}. An epoch goes through all examples; give a stream for other epochs`,
      );
    }
    this.#model = model;
    this.#set = set;
    this.#trained = trained;
    this.#shuffle = shuffle;
    this.batchSize = batchOfAll(model.ranks, batchSize);
    const { count } = set;
    // As Keras: the first floor(n (1 - split)) examples are trained on.
    this.samples = this.#count = Math.floor(count * (1 - validationSplit));
    this.steps = Math.ceil(this.samples / this.batchSize);
    if (this.samples >= 1 && (validationSplit === 0 || this.samples < count)) return;
    throw new RangeError(
      "Cannot hold out a part for validation as examples must be left on both sides: current " +
        `validationSplit ${validationSplit} of ${count}`,
    );
  }

  /** Puts the examples together and checks them. */
  static async of(
    model: Model,
    x: Data,
    y: Data | undefined,
    options: FitOptions,
  ): Promise<SetSource> {
    const set = await prepareSet(model, x, y, options);
    try {
      return new SetSource(
        model,
        set,
        await weighClasses(model, set, options.classWeight),
        options,
      );
    } catch (error) {
      disposeSet(set);
      throw error;
    }
  }

  agree(ranks: Ranks): void {
    const counts = ranks.gather(String(this.#count)).map(Number), { size } = ranks;
    if (ranks.data === "share") {
      this.samples = counts.reduce((a, b) => a + b);
      this.steps = Math.ceil(Math.max(...counts) / (this.batchSize / size));
      return;
    }
    const other = counts.findIndex((count) => count !== counts[0]);
    if (other >= 0) {
      ranks.refuse(
        new RangeError(
          "Cannot train as every rank must be given the same examples: current " +
            `${counts[0]} on rank 0, ${
              counts[other]
            } on rank ${other}. Give each rank a share of its ` +
            'own by distribute(model, world, { data: "share" })',
        ),
      );
    }
    if (this.#count >= size) return;
    ranks.refuse(
      new RangeError(
        `Cannot train as there must be an example for each of ${size} ranks: current ${this.#count}`,
      ),
    );
  }

  *epoch(progress: Progress): Iterable<NextBatch> {
    const { ranks } = this.#model;
    if (ranks?.data === "share") return yield* this.#share(progress, ranks);
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
      const end = Math.min(at + batchSize, samples);
      const [from, to] = ranks === undefined ? [at, end] : partOf(at, end, ranks);
      yield { count: to - from, make: () => batchOf(set, order, from, to) };
    }
  }

  /** The batches of a rank that has its own examples. */
  *#share({ epoch, step }: Progress, ranks: Ranks): Iterable<NextBatch> {
    const count = this.#count, batchSize = this.batchSize / ranks.size;
    const order = this.#shuffle
      ? ownRng(this.#model.rng, ranks, epoch).permutation(count)
      : inOrder(count);
    for (let at = step * batchSize; at < count; at += batchSize) {
      const end = Math.min(at + batchSize, count);
      yield { count: end - at, make: () => batchOf(this.#trained, order, at, end) };
    }
  }

  measureHeldOut(batchSize: number): Promise<Logs> | undefined {
    const { count } = this.#set;
    if (this.#count === count) return undefined;
    return measure(this.#model, this.#set, this.#count, count, batchSize, true);
  }

  dispose(): void {
    disposeSet(this.#set);
  }
}

/** How many examples a step of all ranks has. */
function batchOfAll(ranks: Ranks | undefined, batchSize: number): number {
  if (ranks === undefined) return batchSize;
  if (ranks.batch === "rank") return batchSize * ranks.size;
  if (batchSize % ranks.size === 0) return batchSize;
  throw new RangeError(
    `Cannot train as a batch of all ranks must divide among ${ranks.size} of them: current batchSize ` +
      `${batchSize}`,
  );
}

/** Generators that a training has taken batches of: they are where it was. */
const begun = new WeakSet<object>();

/**
 * Batches of a stream. Without `stepsPerEpoch` it is gone through once an epoch; with it, each epoch
 * goes on where the one before it ended, as in Keras, and what has ended begins again.
 */
export class StreamSource implements Source {
  readonly #model: Model;
  readonly #stream: BatchStream;
  readonly #stepsPerEpoch: number | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Whether batches are to be passed over that were seen before the training was stopped. */
  #resume: boolean;
  #iterator: AsyncIterator<Batch> | undefined;
  /** How often it was gone through before. */
  #times = 0;
  /** Whether it was asked for a batch and has not answered. */
  #asked = false;
  readonly steps: number | undefined;
  readonly samples = undefined;
  readonly batchSize = undefined;

  constructor(model: Model, stream: BatchStream, options: FitOptions) {
    const { stepsPerEpoch, signal, resume = false } = options;
    this.#model = model;
    this.#stream = stream;
    this.#stepsPerEpoch = stepsPerEpoch;
    this.#signal = signal;
    this.#resume = resume;
    this.steps = stepsPerEpoch ?? stream.batches;
  }

  agree(): void {
    void this.#model.weights; // Throws if it is not built: a rank without batches could not build it.
  }

  async *epoch({ epoch, step }: Progress): AsyncIterable<NextBatch> {
    // A generator that was stopped with the training goes on with it; another one has to catch up.
    const within = begun.has(this.#stream), behind = this.#resume && !within;
    if (behind && this.#stepsPerEpoch !== undefined) {
      for (let e = 0; e < epoch; e++) for await (const _ of this.#batches(0));
    }
    this.#resume = false;
    if (this.#stepsPerEpoch === undefined) this.#times = epoch;
    let passOver = behind ? step : 0;
    for await (const batch of this.#batches(step - passOver)) {
      if (passOver-- > 0) continue;
      // Only where others share the step it is asked how many there are before they are tensors.
      const count = this.#model.ranks === undefined ? 0 : countOfBatch(this.#model, batch);
      yield { count, make: () => tensorBatch(this.#model, batch) };
    }
  }

  /** The batches of an epoch of which `count` are done. */
  async *#batches(count: number): AsyncIterable<Batch> {
    while (count < (this.#stepsPerEpoch ?? Infinity)) {
      const fresh = this.#iterator === undefined, next = await this.#next();
      if (next === undefined) return; // Aborted.
      if (!next.done) {
        count++;
        yield next.value;
        continue;
      }
      this.#iterator = undefined;
      if (count > 0 || (fresh && this.#model.ranks !== undefined)) return;
      if (!fresh) continue; // It ended with the epoch before this one.
      throw new RangeError(
        "Cannot train on a stream as it must give batches in every epoch: current none. A generator " +
          "ends once and for all: give the function that makes it",
      );
    }
  }

  /** What the stream gives next, unless the training is aborted before it answers. */
  async #next(): Promise<IteratorResult<Batch> | undefined> {
    if (this.#iterator === undefined) {
      const given = this.#stream, times = this.#times++;
      const stream = typeof given === "function" ? given(times) : given.epoch?.(times) ?? given;
      this.#iterator = stream[Symbol.asyncIterator]();
      if (this.#foreign) begun.add(this.#stream);
    }
    this.#asked = true;
    const next = await unlessAborted(this.#iterator.next(), this.#signal);
    this.#asked = next === undefined;
    return next;
  }

  /** Whether the batches come from a generator that was given, which others may go on with. */
  get #foreign(): boolean {
    return this.#iterator === this.#stream as unknown;
  }

  measureHeldOut(): undefined {}

  async dispose(): Promise<void> {
    if (this.#iterator === undefined || this.#foreign) return;
    const done = this.#iterator.return?.();
    // A stream that has not answered may never do so.
    if (this.#asked) done?.catch(() => {});
    else await done;
  }
}

/** What a promise gives, or nothing where the signal is aborted first. */
function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, (error) => signal.aborted ? stop() : reject(error))
      .finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
  });
}
