/** Windows of a text and what comes after them: the examples that a recurrent net learns from. */
import { DataError, type NdArray, ndarray } from "@neurite/tensor";
import { checkCount, checkOneOf } from "@neurite/tensor/internal";
import type { Vocabulary } from "./vocabulary.ts";

/** How {@linkcode textWindows} cuts. */
export interface TextWindowsOptions {
  /** The symbols of a window; 40 unless given. */
  length?: number;
  /** How many symbols further the next window begins; 1 unless given: at every symbol. */
  step?: number;
  /**
   * What belongs to a window: the `next` symbol after it (unless given), or its `shifted` self, the
   * symbol after each of its own.
   */
  targets?: "next" | "shifted";
  /** The numbers of the symbols, where a text is given; of numbers, what they must be below. */
  vocabulary?: Vocabulary;
}

/** Windows and their targets, as numbers of symbols. */
export interface TextWindows {
  /** The windows, int32 `[n, length]`. */
  inputs: NdArray<Int32Array>;
  /** The next symbol of each, int32 `[n]`; shifted windows, `[n, length]`. */
  targets: NdArray<Int32Array>;
}

/**
 * Cuts a text into windows of `length` symbols, each `step` after the one before:
 * `inputs[i, t] = x[i step + t]` and `targets[i] = x[i step + length]`; or, shifted,
 * `targets[i, t] = x[i step + t + 1]`. There are `floor((N - length - 1) / step) + 1` of them.
 *
 * Both arrays are views of one array of numbers: overlapping windows take no more memory than the
 * text. Where you need rows one after the other in memory, `tensor(inputs)` copies.
 *
 * @param source A text, together with `vocabulary`, or the numbers that `Vocabulary.encode` gave.
 * @throws {DataError} if the text is shorter than a window and the symbol after it, has symbols that
 * the vocabulary lacks, or a number is none of a symbol.
 * @throws {RangeError} if an option is out of its range, or a text comes without a vocabulary.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { textWindows, Vocabulary } from "@neurite/datasets";
 * import { tensor } from "@neurite/tensor";
 *
 * const vocabulary = Vocabulary.fromText("abcdef");
 * const { inputs, targets } = textWindows("abcdef", { vocabulary, length: 3, step: 2 });
 * assertEquals(tensor(inputs).array(), [[0, 1, 2], [2, 3, 4]]); // abc, cde
 * assertEquals(tensor(targets).array(), [3, 5]); //                d, f
 * ```
 */
export function textWindows(
  source: string | Iterable<number | bigint>,
  options: TextWindowsOptions = {},
): TextWindows {
  const { length = 40, step = 1, targets = "next" } = options;
  checkCount("cut windows", "length", length);
  checkCount("cut windows", "step", step);
  checkOneOf("cut windows", "targets", targets, ["next", "shifted"]);
  const x = typeof source === "string"
    ? encode(source, options.vocabulary)
    : checkNumbers(Array.from(source), options.vocabulary?.size);
  const n = Math.floor((x.length - length - 1) / step) + 1;
  if (n < 1) {
    throw new DataError(
      `Cannot cut windows as the text must be longer than a window of ${length}: current ` +
        `${x.length} symbols`,
      { expected: `${length + 1} or more`, found: x.length },
    );
  }
  return {
    inputs: ndarray(x, [n, length], [step, 1]),
    targets: targets === "next"
      ? ndarray(x, [n], [step], length)
      : ndarray(x, [n, length], [step, 1], 1),
  };
}

function encode(text: string, vocabulary: Vocabulary | undefined): Int32Array {
  if (vocabulary) return vocabulary.encode(text);
  throw new RangeError(
    "Cannot cut windows of a text as a vocabulary must number its symbols: current none. Give " +
      "vocabulary: Vocabulary.fromText(text)",
  );
}

/** Numbers of symbols, as int32; of a vocabulary of `size`, if there is one. */
function checkNumbers(symbols: readonly (number | bigint)[], size = Infinity): Int32Array {
  const numbers = symbols.map(Number), x = Int32Array.from(numbers);
  const at = x.findIndex((v, i) => v < 0 || v >= size || v !== numbers[i]);
  if (at < 0) return x;
  const expected = `integers from 0 ${size < Infinity ? `to ${size - 1}` : "on"}`;
  throw new DataError(
    `Cannot cut windows as symbols must be ${expected}: current ${numbers[at]} at ${at}`,
    { offset: at, expected, found: numbers[at] },
  );
}
