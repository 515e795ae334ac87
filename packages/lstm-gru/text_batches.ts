/** Batches of a text: windows out of it, or tracks through it. Only the numbers of characters. */
import { DataError, type NdArray, ndarray } from "@neurite/tensor";

/** Characters and what comes after them, as numbers. */
export interface TextBatch {
  /** `[batch, time]` */
  readonly x: NdArray<Int32Array>;
  /** The character after each window, `[batch]`, or after each character, `[batch, time]`. */
  readonly y: NdArray<Int32Array>;
}

/** The number of windows of a text that have a character after them. */
export function countWindows(text: Int32Array, length: number): number {
  return Math.max(0, text.length - length);
}

/** Batches of windows that begin at the given places, each with the character after it. */
export function* windowBatches(
  text: Int32Array,
  length: number,
  batchSize: number,
  begins: Int32Array,
): Generator<TextBatch, void, undefined> {
  for (let at = 0; at < begins.length; at += batchSize) {
    const places = begins.subarray(at, at + batchSize), count = places.length;
    const x = new Int32Array(count * length);
    places.forEach((begin, i) => x.set(text.subarray(begin, begin + length), i * length));
    const y = Int32Array.from(places, (begin) => text[begin + length]);
    yield { x: ndarray(x, [count, length]), y: ndarray(y, [count]) };
  }
}

/** How a text is cut into tracks that are read side by side. */
export interface Tracks {
  /** How many there are. */
  readonly count: number;
  /** The characters of each that have one after them. */
  readonly length: number;
}

/** As many tracks as wanted, but none shorter than a window, except in a text that is. */
export function tracksOf(text: Int32Array, window: number, wanted: number): Tracks {
  const pairs = text.length - 1;
  const count = Math.max(1, Math.min(wanted, Math.floor(pairs / window)));
  return { count, length: Math.floor(pairs / count) };
}

/** Steps of so many characters through all tracks at once; the last one may be shorter. */
export function* trackBatches(
  text: Int32Array,
  { count, length }: Tracks,
  window: number,
): Generator<TextBatch, void, undefined> {
  for (let at = 0; at < length; at += window) {
    const width = Math.min(window, length - at);
    const rows = (shift: number) => {
      const values = new Int32Array(count * width);
      for (let i = 0; i < count; i++) {
        const begin = i * length + at + shift;
        values.set(text.subarray(begin, begin + width), i * width);
      }
      return ndarray(values, [count, width]);
    };
    yield { x: rows(0), y: rows(1) };
  }
}

/** Refuses a text in which there is no window and what follows it; `what` is for messages. */
export function checkText(what: string, characters: number, length: number): void {
  if (characters > length) return;
  throw new DataError(
    `Cannot use ${what} as it must be longer than a window of ${length} characters: current ` +
      `${characters}. Give a longer text, or a smaller seqLength`,
    { expected: `${length + 1} or more`, found: characters },
  );
}
