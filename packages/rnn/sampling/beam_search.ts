/** The likeliest sequences, found by a search of limited width. */
import { Yielder } from "@neurite/nn";
import { checkCount, checkOptions } from "@neurite/tensor/internal";
import { checkEnd, read } from "./generate.ts";
import { type Logits, logProbabilities } from "./filters.ts";
import type { Stepped, Stepper } from "./stepper.ts";

/** How {@linkcode beamSearch} searches. */
export interface BeamSearchOptions {
  /** How many sequences are followed at once; 4 by default. With 1 it goes greedily. */
  width?: number;
  /**
   * The exponent α of the length by which log probabilities are divided, 1 by default: with 0 short
   * sequences win, as every further symbol makes a sequence less likely.
   */
  lengthPenalty?: number;
  /** A symbol after which nothing follows; it is the last one of a sequence. None by default. */
  end?: number;
}

const OPTIONS: Readonly<Record<keyof BeamSearchOptions, true>> = {
  width: true,
  lengthPenalty: true,
  end: true,
};

/** A sequence that {@linkcode beamSearch} found. */
export interface Beam {
  /** The symbols after the prompt. */
  symbols: number[];
  /** The logarithm of its probability, given the prompt. */
  logProbability: number;
  /** What beams are compared by: `logProbability / length^α`. */
  score: number;
}

/** A beam that is being followed. */
interface Followed<State> {
  readonly symbols: readonly number[];
  readonly logProbability: number;
  readonly stepped: Stepped<State>;
}

/**
 * Searches for the likeliest continuation of a prompt: keeps the `width` likeliest sequences, goes on
 * from each with every symbol, and keeps the `width` likeliest again, `n` symbols far. Sequences
 * of different lengths are compared by `log p / length^α` (Wu et al., "Google's neural machine
 * translation system", 2016, where the length is taken a little differently).
 *
 * @param stepper What is searched in.
 * @param prompt What comes before, at least one symbol.
 * @param n The greatest length.
 * @returns At most `width` sequences, the best first.
 * @throws {DataError} if the prompt is empty or a symbol in it is none.
 * @throws {RangeError} for options that make no sense.
 *
 * @example The likeliest first symbol is not the beginning of the likeliest sequence
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { beamSearch, type Stepper } from "@neurite/rnn";
 *
 * const after = [[0, 0.6, 0.4], [0.4, 0.3, 0.3], [0, 0.1, 0.9]]; // what may follow each symbol
 * const chain: Stepper<null> = {
 *   symbols: 3,
 *   begin: () => null,
 *   step: (state, symbol) => ({ state, logits: after[symbol].map(Math.log) }),
 * };
 * const [best] = await beamSearch(chain, [0], 2, { width: 2 });
 * assertEquals(best.symbols, [2, 2]); // 0.4 * 0.9 is more than 0.6 * 0.4
 * ```
 */
export async function beamSearch<State>(
  stepper: Stepper<State>,
  prompt: ArrayLike<number>,
  n: number,
  options: BeamSearchOptions = {},
): Promise<Beam[]> {
  checkOptions("search", options, OPTIONS);
  const { width = 4, lengthPenalty = 1, end } = options;
  checkCount("search", "the greatest length", n);
  checkCount("search", "the width", width);
  checkEnd("search", end, stepper.symbols);
  if (!(Number.isFinite(lengthPenalty) && lengthPenalty >= 0)) {
    throw new RangeError(
      `Cannot search as the length penalty must be a finite number of at least 0: current ${lengthPenalty}`,
    );
  }
  const finished: Beam[] = [], yielder = new Yielder();
  const finish = ({ symbols, logProbability }: Omit<Followed<State>, "stepped">) => {
    const score = logProbability / symbols.length ** lengthPenalty;
    finished.push({ symbols: [...symbols], logProbability, score });
  };
  let beams: Followed<State>[] = [
    { symbols: [], logProbability: 0, stepped: await read("search", stepper, prompt) },
  ];
  for (let length = 1; length <= n && beams.length > 0; length++) {
    const candidates = beams.flatMap((beam) =>
      likeliest(beam.stepped.logits, width).map(([symbol, log]) => ({
        symbols: [...beam.symbols, symbol],
        logProbability: beam.logProbability + log,
        state: beam.stepped.state,
        symbol,
      }))
    );
    candidates.sort((a, b) => b.logProbability - a.logProbability);
    const kept = candidates.slice(0, width);
    beams = [];
    for (const { state, symbol, ...beam } of kept) {
      if (symbol === end || length === n) finish(beam);
      else beams.push({ ...beam, stepped: await stepper.step(state, symbol) });
      await yielder.yield();
    }
  }
  return finished.sort((a, b) => b.score - a.score).slice(0, width);
}

/** The likeliest symbols with the logarithms of their probabilities; none that cannot be. */
function likeliest(logits: Logits, count: number): [symbol: number, log: number][] {
  const logs = Array.from(logProbabilities(logits), (log, i): [number, number] => [i, log]);
  return logs.filter(([, log]) => log > -Infinity).sort(([i, a], [j, b]) => b - a || i - j)
    .slice(0, count);
}
