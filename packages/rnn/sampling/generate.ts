/** Sequences written symbol by symbol. */
import { Yielder } from "@neurite/nn";
import { DataError } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { sampler, type SamplingOptions } from "./draw.ts";
import type { Stepped, Stepper } from "./stepper.ts";

/** How {@linkcode generate} goes on and when it ends. */
export interface GenerateOptions extends SamplingOptions {
  /** A symbol after which nothing follows; it is the last one that is given. None by default. */
  end?: number;
}

/**
 * Reads symbols, then draws one after the other, each of which is read in turn: one step of the model
 * a symbol, however long the sequence is. Symbols come as soon as they are drawn; leave the loop to
 * stop. Every half second the rest of the program gets a turn.
 *
 * @param stepper What is sampled from.
 * @param prompt What comes before, at least one symbol.
 * @param n How many symbols are drawn; without end by default.
 * @throws {DataError} if the prompt is empty or a symbol in it is none.
 * @throws {RangeError} for options that make no sense.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CharRNN, collect, generate } from "@neurite/rnn";
 *
 * const rnn = new CharRNN("abcabcabcabc", { hiddenSize: 4, seqLength: 3, seed: 1 });
 * const drawn = await collect(generate(rnn, [0], 5, { seed: 2, topK: 3 }));
 * assertEquals(drawn.length, 5);
 * ```
 */
export async function* generate<State>(
  stepper: Stepper<State>,
  prompt: ArrayLike<number>,
  n = Infinity,
  options: GenerateOptions = {},
): AsyncGenerator<number, void, undefined> {
  if (n !== Infinity) checkCount("generate", "the number of symbols", n, 0);
  const { end, ...sampling } = options;
  checkEnd("generate", end, stepper.symbols);
  const next = sampler(sampling, stepper.symbols), yielder = new Yielder();
  let { state, logits } = await read("generate", stepper, prompt);
  for (let i = 0; i < n; i++) {
    const symbol = next(logits);
    yield symbol;
    if (symbol === end || i + 1 === n) return;
    ({ state, logits } = await stepper.step(state, symbol));
    await yielder.yield();
  }
}

/** Refuses a last symbol that is none. */
export function checkEnd(operation: string, end: number | undefined, symbols: number): void {
  if (end === undefined || (Number.isInteger(end) && end >= 0 && end < symbols)) return;
  throw new RangeError(
    `Cannot ${operation} as the end must be a symbol, an integer from 0 to ${symbols - 1}: ` +
      `current ${end}`,
  );
}

/** Reads all symbols of a prompt. */
export async function read<State>(
  operation: string,
  stepper: Stepper<State>,
  prompt: ArrayLike<number>,
): Promise<Stepped<State>> {
  const symbols = Array.from(prompt), { length } = symbols;
  const wrong = symbols.findIndex((s) => !(Number.isInteger(s) && s >= 0 && s < stepper.symbols));
  if (length === 0 || wrong >= 0) {
    const expected = `at least one symbol, each an integer from 0 to ${stepper.symbols - 1}`;
    throw new DataError(
      `Cannot ${operation} as the prompt must be ${expected}: current ` +
        (length === 0 ? "none" : `${symbols[wrong]} at ${wrong}`),
      { offset: Math.max(wrong, 0), expected, found: symbols[wrong] },
    );
  }
  let stepped = await stepper.step(stepper.begin(), symbols[0]);
  for (const symbol of symbols.slice(1)) stepped = await stepper.step(stepped.state, symbol);
  return stepped;
}

/**
 * All that an asynchronous sequence gives, as a list.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { collect } from "@neurite/rnn";
 *
 * async function* two() {
 *   yield 1;
 *   yield await Promise.resolve(2);
 * }
 * assertEquals(await collect(two()), [1, 2]);
 * ```
 */
export async function collect<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of sequence) list.push(value);
  return list;
}
