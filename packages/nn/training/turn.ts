/** Turns for the rest of the program during a long computation. */

/**
 * Milliseconds after which the rest of the program gets a turn: signals, timers, the terminal. A turn
 * takes up to three itself, and a message to oneself, which is quicker, lets no signal in.
 */
const INTERVAL = 500;

/**
 * Lets the rest of the program run every now and then, half a second apart: signals, timers, the
 * terminal. For long computations of one's own.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Turns } from "@neurite/nn";
 *
 * let fired = false;
 * setTimeout(() => fired = true);
 * const turns = new Turns();
 * while (!fired) await turns.give(); // much work
 * assert(fired);
 * ```
 */
export class Turns {
  #last = performance.now();

  /** Gives a turn if it is time; otherwise costs next to nothing. */
  async give(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#last = performance.now();
  }
}
