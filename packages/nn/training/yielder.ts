/** Yielding to the event loop during a long computation. */

/**
 * Milliseconds between two times. A timer, which lets in signals, timers and the terminal, takes up to
 * three itself; a message to oneself is quicker, but lets no signal in.
 */
const INTERVAL = 500;

/**
 * Yields to the event loop every half a second, so that signals, timers and the terminal are handled
 * during a long computation of one's own.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Yielder } from "@neurite/nn";
 *
 * let fired = false;
 * setTimeout(() => fired = true);
 * const yielder = new Yielder();
 * while (!fired) await yielder.yield(); // much work
 * assert(fired);
 * ```
 */
export class Yielder {
  #last = performance.now();

  /** Yields if it is time; otherwise costs next to nothing. */
  async yield(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#last = performance.now();
  }
}
