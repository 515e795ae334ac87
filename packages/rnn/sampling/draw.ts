/** How a symbol is chosen by its logits. */
import { globalRng, Rng } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import {
  checkTemperature,
  checkTopK,
  checkTopP,
  type Logits,
  nucleusFilter,
  probabilities,
  temperatureFilter,
  topKFilter,
} from "./filters.ts";

/** How symbols are chosen. Without any option they are drawn from the distribution as it is. */
export interface SamplingOptions {
  /** Whether always the likeliest symbol is taken; `false` by default. */
  greedy?: boolean;
  /** What logits are divided by; 1 by default. See {@linkcode temperatureFilter}. */
  temperature?: number;
  /** How many of the likeliest symbols may be drawn; all by default. See {@linkcode topKFilter}. */
  topK?: number;
  /** The probability of those that may be drawn; 1 by default. See {@linkcode nucleusFilter}. */
  topP?: number;
  /** The seed of what is drawn; without it the generator below is used. */
  seed?: number;
  /** The generator; by default that of the network, or the global one. */
  rng?: Rng;
}

const OPTIONS: Readonly<Record<keyof SamplingOptions, true>> = {
  greedy: true,
  temperature: true,
  topK: true,
  topP: true,
  seed: true,
  rng: true,
};

/**
 * The symbol with the largest logit; of equal ones the first.
 *
 * @throws {RangeError} if a logit is NaN or plus infinity, or none is finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { greedy } from "@neurite/rnn";
 *
 * assertEquals(greedy([0.1, 2, -3]), 1);
 * ```
 */
export function greedy(logits: Logits): number {
  const p = probabilities(logits);
  return p.indexOf(p.reduce((a, b) => Math.max(a, b)));
}

/**
 * A symbol, drawn with the probabilities that the logits stand for: ancestral sampling. One whose
 * logit is minus infinity is never drawn.
 *
 * @throws {RangeError} if a logit is NaN or plus infinity, or none is finite.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { draw } from "@neurite/rnn";
 * import { Rng } from "@neurite/tensor";
 *
 * const rng = new Rng(1), counts = [0, 0, 0];
 * for (let i = 0; i < 1000; i++) counts[draw([0, -Infinity, Math.log(3)], rng)]++;
 * assertEquals(counts[1], 0);
 * assert(Math.abs(counts[2] - 750) < 50); // three times as likely as symbol 0
 * ```
 */
export function draw(logits: Logits, rng: Rng): number {
  const p = probabilities(logits);
  let left = rng.uniform(), symbol = -1;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) continue;
    symbol = i; // rounding may leave a little: it goes to the last one
    left -= p[i];
    if (left < 0) break;
  }
  return symbol;
}

/**
 * What chooses symbols as the options say: the temperature first, then top-k, then top-p.
 *
 * @param options How; `rng` is used where they have neither a seed nor a generator.
 * @param symbols The number of symbols.
 * @throws {RangeError} for options that make no sense.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sampler } from "@neurite/rnn";
 *
 * const next = sampler({ topK: 2, temperature: 0.5, seed: 1 }, 3);
 * const drawn = Array.from({ length: 100 }, () => next([1, 5, 4]));
 * assertEquals(new Set(drawn), new Set([1, 2]));
 * ```
 */
export function sampler(
  options: SamplingOptions,
  symbols: number,
  rng: Rng = globalRng(),
): (logits: Logits) => number {
  checkOptions("sample", options, OPTIONS);
  const { temperature = 1, topK, topP, seed } = options;
  checkTemperature(temperature);
  if (topK !== undefined) checkTopK(topK, symbols);
  if (topP !== undefined) checkTopP(topP);
  if (options.greedy) return greedy;
  const from = seed === undefined ? options.rng ?? rng : new Rng(seed);
  return (logits) => {
    let z = logits;
    if (temperature !== 1) z = temperatureFilter(z, temperature);
    if (topK !== undefined) z = topKFilter(z, topK);
    if (topP !== undefined) z = nucleusFilter(z, topP);
    return draw(z, from);
  };
}
