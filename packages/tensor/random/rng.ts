/** The seeded random generator that everything random in Neurite takes its numbers from. */
import { philox } from "./philox.ts";
import { shared } from "../shared.ts";
import { normalPair } from "./normal.ts";

/** The whole state of an {@linkcode Rng}: enough to go on exactly where it was. */
export interface RngState {
  /** The seed, an integer from 0 to 2^53 - 1. */
  seed: number;
  /** The next position in the stream, in blocks of four 32-bit words. */
  position: number;
  /** Words of the last block that were not used yet. */
  buffer: number[];
}

const WORD = 0x1_0000_0000;

/** The most numbers of a permutation. */
const MOST_IN_ORDER = 2 ** 28;

/**
 * A seeded generator of random numbers, Philox 4x32-10: the same seed gives the same numbers on
 * every machine, every backend and any number of threads.
 *
 * Tensors are filled from it by `uniform`, `normal`, ... with `{ rng }`; the methods here draw
 * single numbers on the host.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "@neurite/tensor";
 *
 * const a = new Rng(1), b = new Rng(1);
 * assertEquals([a.uniform(), a.normal(), a.integer(6)], [b.uniform(), b.normal(), b.integer(6)]);
 * ```
 */
export class Rng {
  #seed: number;
  #position = 0;
  #block = new Uint32Array(4);
  #used = 4;

  /** `seed` is an integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(
        `Cannot seed a generator as the seed must be an integer from 0 to 2^53 - 1: current ${seed}`,
      );
    }
    this.#seed = seed;
  }

  /** The state, to be stored with a checkpoint: a generator that is given it goes on the same. */
  get state(): RngState {
    return {
      seed: this.#seed,
      position: this.#position,
      buffer: [...this.#block.subarray(this.#used)],
    };
  }
  set state(state: RngState) {
    this.#seed = new Rng(state.seed).#seed;
    this.#position = state.position;
    this.#used = 4 - state.buffer.length;
    this.#block.set(state.buffer, this.#used);
  }

  /** The two words of the key: the seed's low and high 32 bits. */
  get key(): readonly [number, number] {
    return [this.#seed % WORD, Math.floor(this.#seed / WORD)];
  }

  /** Takes `blocks` blocks of four words off the stream and returns the position of the first. */
  take(blocks: number): number {
    const first = this.#position;
    this.#position += blocks;
    return first;
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#used === 4) {
      const at = this.take(1), [k0, k1] = this.key;
      philox(this.#block, 0, at % WORD, Math.floor(at / WORD), 0, 0, k0, k1);
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** A number from `low` (included) to `high` (excluded), one of 2^24 equally likely ones. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.uint32() >>> 8) / 0x1_00_00_00);
  }

  /** A normally distributed number, by the transform of Box and Muller. */
  normal(mean = 0, standardDeviation = 1): number {
    return mean + standardDeviation * normalPair(this.uint32(), this.uint32())[0];
  }

  /** An integer from 0 to `below - 1`, every one equally likely. */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > WORD) {
      throw new RangeError(
        `Cannot draw an integer as the bound must be from 1 to 2^32: current ${below}`,
      );
    }
    const limit = WORD - ((0xffff_ffff % below + 1) % below); // WORD % below, in 32 bits
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % below;
  }

  /**
   * The numbers 0 to `n - 1` in random order (Fisher and Yates).
   *
   * @throws {RangeError} if `n` is not an integer from 0 to 2^28: drawn one by one, more take minutes.
   */
  permutation(n: number): Int32Array {
    if (!(Number.isInteger(n) && n >= 0 && n <= MOST_IN_ORDER)) {
      throw new RangeError(
        `Cannot permute as there must be from 0 to ${MOST_IN_ORDER} numbers: current ${n}`,
      );
    }
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
    return order;
  }
}

const global = shared("rng", () => ({ rng: new Rng(0) }));

/**
 * Seeds the global generator, which is used wherever no `rng` is given. Without a call it is
 * seeded with 0, so a program gives the same numbers every time it runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seed, uniform } from "@neurite/tensor";
 *
 * seed(5);
 * const first = uniform([3]).array();
 * seed(5);
 * assertEquals(uniform([3]).array(), first);
 * ```
 */
export function seed(value: number): void {
  global.rng = new Rng(value);
}

/**
 * The generator that is used where no `rng` is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { globalRng, seed } from "@neurite/tensor";
 *
 * seed(9);
 * assertEquals(globalRng().state.seed, 9);
 * ```
 */
export function globalRng(): Rng {
  return global.rng;
}
