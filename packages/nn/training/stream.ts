/** Batches that come one after the other, from a file or a generator. */
import type { Batch } from "./batches.ts";

/**
 * Batches that come one after the other: an iterable or a generator, or a function that makes one,
 * which is called again for every further time through. The function, or a method `epoch` of the iterable, is
 * given the number of times before: what shuffles by that number, rather than by what was drawn before, can be
 * resumed in any epoch. `batches` says how many there are in an epoch, where that is known: for the progress bar.
 */
export type BatchStream = (AsyncIterable<Batch> | ((epoch: number) => AsyncIterable<Batch>)) & {
  /** The batches of epoch number `epoch`, counted from 0. */
  readonly epoch?: (epoch: number) => AsyncIterable<Batch>;
  /** How many there are in an epoch. */
  readonly batches?: number;
};

/** Whether data are a stream of batches rather than arrays. */
export function isStream(x: unknown): x is AsyncIterable<Batch> {
  return typeof x === "object" && x !== null && Symbol.asyncIterator in x;
}

/** What only arrays can be given, and what to do for a stream instead. */
const ARRAYS_ONLY: Readonly<Record<string, string>> = {
  y: "Give each batch its y",
  batchSize: "The stream makes the batches",
  shuffle: "Shuffle where the batches are made",
  sampleWeight: "Give each batch its sampleWeight",
  classWeight: "Give each batch its sampleWeight",
  validationSplit: "Use validationData",
};

/** Throws `RangeError` for what is given beside a stream and would be ignored. */
export function checkBesideStream(operation: string, given: object): void {
  const values = given as Readonly<Record<string, unknown>>;
  for (const [name, fix] of Object.entries(ARRAYS_ONLY)) {
    // What says nothing that a stream does not do: it is not shuffled, nothing of it is held out.
    if (values[name] === undefined || values[name] === false) continue;
    throw new RangeError(
      `Cannot ${operation} a stream as ${name} must be left out: current ${
        describe(values[name])
      }. ${fix}`,
    );
  }
}

function describe(value: unknown): string {
  return typeof value === "object" ? "given" : String(value);
}
