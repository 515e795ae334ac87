/** Filters of distributions: which symbols may be drawn, and how boldly. */

/**
 * Scores of symbols before softmax; minus infinity for a symbol that cannot be drawn. Filters take any
 * list of them and give a new one, so that they can be put one after the other.
 */
export type Logits = ArrayLike<number>;

/**
 * Divides logits by a temperature: `p_k = exp(z_k / T) / sum_j exp(z_j / T)`. Below 1 the likely
 * symbols become likelier still, above 1 all become more alike.
 *
 * The largest is subtracted first, so that no temperature, however small, gives NaN.
 *
 * @throws {RangeError} unless `temperature` is a finite number above 0. For the likeliest symbol
 * always, use {@linkcode greedy}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { temperatureFilter } from "@neurite/rnn";
 *
 * assertEquals([...temperatureFilter([3, 1, 2], 0.5)], [0, -4, -2]);
 * ```
 */
export function temperatureFilter(logits: Logits, temperature: number): Float64Array {
  checkTemperature(temperature);
  const largest = largestOf(logits);
  return Float64Array.from(logits, (z) => (z - largest) / temperature);
}

/**
 * Keeps the `k` largest logits, and of equal ones those that come first; the others become minus
 * infinity. (Fan, Lewis and Dauphin, "Hierarchical neural story generation", 2018.)
 *
 * @throws {RangeError} unless `k` is an integer from 1 to the number of symbols.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topKFilter } from "@neurite/rnn";
 *
 * assertEquals([...topKFilter([3, 1, 2], 2)], [3, -Infinity, 2]);
 * ```
 */
export function topKFilter(logits: Logits, k: number): Float64Array {
  largestOf(logits);
  checkTopK(k, logits.length);
  return keepOnly(logits, byLogit(logits).slice(0, k));
}

/**
 * Keeps the nucleus: the likeliest symbols, as few as have a probability of `p` together; the others
 * become minus infinity. At least one is kept. (Holtzman et al., "The curious case of neural text
 * degeneration", 2020.)
 *
 * @throws {RangeError} unless `p` is above 0 and at most 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nucleusFilter } from "@neurite/rnn";
 *
 * const z = [0.5, 0.3, 0.2].map(Math.log);
 * assertEquals([...nucleusFilter(z, 0.6)], [z[0], z[1], -Infinity]);
 * ```
 */
export function nucleusFilter(logits: Logits, p: number): Float64Array {
  checkTopP(p);
  const order = byLogit(logits), probability = probabilities(logits);
  let kept = 0, sum = 0;
  while (kept < order.length && sum < p) sum += probability[order[kept++]];
  return keepOnly(logits, order.slice(0, kept));
}

/**
 * The probabilities of logits: `p_k = exp(z_k) / sum_j exp(z_j)`, softmax, in f64.
 *
 * @throws {RangeError} if a logit is NaN or plus infinity, or none is finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { probabilities } from "@neurite/rnn";
 *
 * assertEquals([...probabilities([7, 7, -Infinity])], [0.5, 0.5, 0]);
 * ```
 */
export function probabilities(logits: Logits): Float64Array {
  const p = new Float64Array(logits.length), largest = largestOf(logits);
  let total = 0;
  for (let k = 0; k < p.length; k++) total += p[k] = Math.exp(logits[k] - largest);
  for (let k = 0; k < p.length; k++) p[k] /= total;
  return p;
}

/** The logarithms of the same: `log p_k = z_k - log sum_j exp(z_j)`, finite where `p_k` rounds to 0. */
export function logProbabilities(logits: Logits): Float64Array {
  const largest = largestOf(logits);
  let total = 0;
  for (let k = 0; k < logits.length; k++) total += Math.exp(logits[k] - largest);
  return Float64Array.from(logits, (z) => z - largest - Math.log(total));
}

/** Refuses a temperature that is not above 0. */
export function checkTemperature(temperature: number): void {
  if (Number.isFinite(temperature) && temperature > 0) return;
  throw new RangeError(
    `Cannot sample as the temperature must be a finite number above 0: current ${temperature}. ` +
      "For the likeliest symbol always, sample greedily",
  );
}

/** Refuses a number of symbols to keep that there are not. */
export function checkTopK(k: number, symbols: number): void {
  if (Number.isSafeInteger(k) && k >= 1 && k <= symbols) return;
  throw new RangeError(
    `Cannot sample as top-k must be an integer from 1 to ${symbols}, the number of symbols: ` +
      `current ${k}`,
  );
}

/** Refuses a probability to keep that is none. */
export function checkTopP(p: number): void {
  if (p > 0 && p <= 1) return;
  throw new RangeError(`Cannot sample as top-p must be above 0 and at most 1: current ${p}`);
}

/** The largest of logits; refuses those that give no distribution. */
function largestOf(logits: Logits): number {
  let largest = -Infinity;
  for (let k = 0; k < logits.length; k++) {
    if (!(logits[k] < Infinity)) refuse(`${logits[k]} at ${k}`);
    if (logits[k] > largest) largest = logits[k];
  }
  return largest > -Infinity ? largest : refuse(`${logits.length} that are minus infinity`);
}

function refuse(current: string): never {
  throw new RangeError(
    "Cannot sample as logits must be numbers below infinity, at least one of them finite: current " +
      current,
  );
}

/** The symbols with the largest logit first. */
function byLogit(z: Logits): number[] {
  return Array.from(z, (_, i) => i).sort((i, j) => z[j] - z[i] || i - j);
}

/** The logits of these symbols; minus infinity for the others. */
function keepOnly(z: Logits, kept: readonly number[]): Float64Array {
  const filtered = new Float64Array(z.length).fill(-Infinity);
  for (const i of kept) filtered[i] = z[i];
  return filtered;
}
