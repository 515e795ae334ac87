/** Batches that come one after the other, from a file or a generator. */
import type { Batch, Data } from "./batches.ts";

/** Whether data are a stream of batches rather than arrays. */
export function isStream(
  x: Data | AsyncIterable<Batch> | (() => AsyncIterable<Batch>),
): x is AsyncIterable<Batch> {
  return typeof x === "object" && x !== null && Symbol.asyncIterator in x;
}
