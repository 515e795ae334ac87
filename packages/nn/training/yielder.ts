/** Yielding to the event loop during a long computation. */

/**
 * Milliseconds of a turn where nobody looks. A timer, which lets in signals, timers and the terminal, takes
 * up to three itself.
 */
const LONG = 500;
/** Milliseconds of a turn in a page: with what a frame itself takes, 30 of them fit into a second. */
const SHORT = 25;

/** Whether this is the thread of a page, which draws frames and hears its user between two turns. */
const IN_PAGE = "document" in globalThis;

/**
 * Lets the event loop go on. In a page by a message to oneself: a timer waits for four milliseconds, and for
 * a second where the page is hidden.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (!IN_PAGE) return setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/**
 * Yields to the event loop every half a second, so that signals, timers and the terminal are handled
 * during a long computation of one's own. On the thread of a page, before the next step would make the
 * turn longer than 25 milliseconds, so that the page stays alive.
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
  #begun = performance.now();
  #last = this.#begun;

  /** Yields if it is time; otherwise costs next to nothing. */
  async yield(): Promise<void> {
    const now = performance.now(), step = now - this.#last;
    this.#last = now;
    if (IN_PAGE ? now + step - this.#begun < SHORT : now - this.#begun < LONG) return;
    await turn();
    this.#begun = this.#last = performance.now();
  }
}
