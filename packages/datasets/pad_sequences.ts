/** Sequences of different lengths as one array. */
import { DataError, type NdArray, ndarray } from "@neurite/tensor";
import { checkCount, checkOneOf, checkOptions } from "@neurite/tensor/internal";

/** Which end of a sequence. */
export type SequenceEnd = "pre" | "post";

/** How {@linkcode padSequences} fills up. */
export interface PadSequencesOptions {
  /** The length of all; that of the longest one unless given. */
  maxlen?: number;
  /** At which end short ones are filled up; `pre`, before them, unless given. */
  padding?: SequenceEnd;
  /** At which end long ones lose what is too much; `pre` unless given: the last steps stay. */
  truncating?: SequenceEnd;
  /** What they are filled up with; 0 unless given. */
  value?: number;
  /** Integers, such as numbers of words (unless given), or numbers with fractions. */
  dtype?: "int32" | "float32";
}

const OPTIONS: Readonly<Record<keyof PadSequencesOptions, true>> = {
  maxlen: true,
  padding: true,
  truncating: true,
  value: true,
  dtype: true,
};

/**
 * Brings sequences to one length, `[n, maxlen]`, or `[n, maxlen, features]` where a step is a list of
 * numbers. Names and defaults are Keras's `pad_sequences`. With 0 for what is filled up, an
 * `Embedding` with `maskZero: true` leaves those steps out.
 *
 * @throws {DataError} if there is no sequence, a step has another number of features, or a number is no
 * integer where they are to be; says where.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { padSequences } from "@neurite/datasets";
 *
 * const x = padSequences([[1, 2, 3, 4], [5]], { maxlen: 3 });
 * assertEquals(x.shape, [2, 3]);
 * assertEquals([...x.data], [2, 3, 4, 0, 0, 5]);
 * ```
 */
export function padSequences(
  sequences: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[],
  options: PadSequencesOptions & { dtype: "float32" },
): NdArray<Float32Array>;
/** Sequences of integers brought to one length. */
export function padSequences(
  sequences: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[],
  options?: PadSequencesOptions,
): NdArray<Int32Array>;
/** Either of them, as `dtype` says. */
export function padSequences(
  sequences: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[],
  options: PadSequencesOptions = {},
): NdArray<Int32Array> | NdArray<Float32Array> {
  const action = "pad sequences";
  checkOptions(action, options, OPTIONS);
  const { padding = "pre", truncating = "pre", value = 0, dtype = "int32" } = options;
  const longest = Math.max(0, ...sequences.map(({ length }) => length));
  const { maxlen = Math.max(1, longest) } = options;
  checkCount(action, "maxlen", maxlen);
  checkOneOf(action, "padding", padding, ["pre", "post"]);
  checkOneOf(action, "truncating", truncating, ["pre", "post"]);
  checkOneOf(action, "dtype", dtype, ["int32", "float32"]);
  if (sequences.length === 0) {
    throw new DataError(`Cannot ${action} as there must be at least one: current none`);
  }
  const first = sequences.find(({ length }) => length > 0)?.[0];
  const width = first === undefined || typeof first === "number" ? undefined : first.length;
  const size = sequences.length * maxlen * (width ?? 1);
  const out = dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
  const put = (at: number, number: unknown, sequence: number, step: number) => {
    const fits = dtype === "float32" ? typeof number === "number" : Number.isInteger(number) &&
      (number as number) === ((number as number) | 0);
    if (fits) return void (out[at] = number as number);
    throw new DataError(
      `Cannot ${action} as every step must be ${
        dtype === "int32" ? "an integer" : "a number"
      }: current ${JSON.stringify(number)} at step ${step} of sequence ${sequence}` +
        (typeof number === "number" ? '. Give dtype: "float32"' : ""),
      { offset: sequence, found: String(number) },
    );
  };
  if (value !== 0) {
    put(0, value, 0, 0);
    out.fill(value);
  }
  sequences.forEach((sequence, n) => {
    const kept = Math.min(sequence.length, maxlen);
    const from = truncating === "pre" ? sequence.length - kept : 0;
    const to = n * maxlen + (padding === "pre" ? maxlen - kept : 0);
    for (let i = 0; i < kept; i++) {
      const step = sequence[from + i];
      if (width === undefined) put(to + i, step, n, from + i);
      else if ((step as ArrayLike<number>).length === width) {
        for (let f = 0; f < width; f++) {
          put((to + i) * width + f, (step as ArrayLike<number>)[f], n, from + i);
        }
      } else {
        const found = JSON.stringify(step);
        throw new DataError(
          `Cannot ${action} as every step must have ${width} features: current ${found} at step ` +
            `${from + i} of sequence ${n}`,
          { offset: n, expected: width, found },
        );
      }
    }
  });
  const shape = [sequences.length, maxlen, ...width === undefined ? [] : [width]];
  return ndarray(out as Float32Array, shape);
}
