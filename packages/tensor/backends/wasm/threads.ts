/**
 * A pool of threads that share the linear memory and the work of a kernel. Each worker has an
 * instance of the same module.
 *
 * A call is cut into shares. What is left of it is one word in shared memory: the call's number,
 * and the first and the last of the shares that nobody has taken. A thread takes a share by a
 * compare-exchange of that word: workers the first, the calling thread the last, until none is left.
 * So a worker that another program keeps from its processor holds up nobody, and with two threads
 * each comes back to the same part of a tensor, which it has in its cache. A worker that has just
 * worked watches the word for a moment, so that the next call costs less than a microsecond; then
 * it sleeps.
 *
 * A share that a worker has begun cannot be taken back: if another program has the processor by then,
 * the call waits for it. Where that happens, the calling thread works alone for a while, and for
 * longer each time, until workers are on time again: on a busy machine several threads cost little
 * more than one.
 */
import { builtin } from "../../builtin.ts";
import { BackendError } from "../../errors.ts";
import { type Board, type Share, type Work, work } from "./thread_work.ts";

/** The most threads of a pool. */
export const MOST = 63;
/** Where the pool keeps its flags. */
const FLAGS = 40 * 1024;
/** What the threads see, and where. */
const BOARD: Board = {
  ...{ FLAGS, CALL: FLAGS + 256 },
  ...{ LEFT: 0, DONE: 16, ASLEEP: 32, LISTENING: 33, FAILED: 34 },
  ...{ FIRST: 1 << 7, NUMBER: 1 << 14, MASK: 127 },
  ...{ INDEX: 0, COUNT: 1, TOTAL: 2, SHARE: 3, ARGUMENTS: 4 },
  ...{ QUIT: -1, WATCH: 0.2 },
};
const { LEFT, DONE, ASLEEP, LISTENING, FAILED, FIRST, NUMBER, MASK } = BOARD;
const { INDEX, COUNT, TOTAL, SHARE, ARGUMENTS } = BOARD;
/** How often the caller looks for the end of the last shares before it naps between looks. */
const LOOKS = 20_000;
/**
 * Milliseconds by which workers may be late, or as long as this thread took for its own shares where
 * that is more: a processor that was lost comes back after several.
 */
const LATE = 0.5;
/**
 * The calls that one thread makes alone after workers were late: at first, and at most; and for how many
 * milliseconds at most, as calls of large networks take long.
 */
const ALONE = { least: 16, most: 4096, milliseconds: 100 };
/** So many calls in time halve the next pause. */
const PROVEN = 1024;
/** Shares for each thread, where they are not too small: so many that a late one does not matter. */
const SPLIT = 2;

/** What threads work on: an engine. */
interface Machine {
  readonly shared: boolean;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly kernels: Readonly<Record<string, Share>>;
  scratch(thread: number): number;
}

/** Functions besides the kernels that can be launched, on this thread and in every worker. */
export interface Extras {
  /** The functions of this thread. */
  readonly own: Record<string, Share>;
  /** A JavaScript expression in `memory` that gives the same functions in a worker. */
  readonly source: string;
}

/**
 * Starts a worker: one of Node's, which Deno and Bun have too and which lets the program end, or one
 * of the web's, made of a text unless its program has an address. `extras` is an expression that gives
 * further functions.
 */
function startWorker(
  data: Work,
  extras: string,
  address: string | URL | undefined,
  failed: (error: unknown) => void,
): void {
  const node = builtin<typeof import("node:worker_threads")>("worker_threads");
  if (node?.Worker !== undefined) {
    const source = `(${work})(require("node:worker_threads").workerData, (memory) => (${extras}));`;
    // Without an environment of its own it would be given a copy, for which Deno asks.
    const worker = new node.Worker(source, { eval: true, env: {}, workerData: data });
    worker.once("error", failed);
    worker.unref();
    return;
  }
  const source =
    `onmessage = ({ data }) => { (${work})(data, (memory) => (${extras})); close(); };`;
  try {
    const worker = new Worker(
      address ?? URL.createObjectURL(new Blob([source], { type: "text/javascript" })),
      { type: address === undefined ? "classic" : "module" },
    );
    worker.onerror = (event) =>
      failed(
        event.message ?? (address === undefined
          ? "a worker made of a Blob, which the page's policy refuses: give its address by the option " +
            'worker, import.meta.resolve("@neurite/tensor/worker")'
          : `a worker that cannot be had from ${address}`),
      );
    worker.postMessage(data);
  } catch (error) {
    failed(error);
  }
}

/** Several threads, the calling one included, that do the shares of a call. */
export class ThreadPool {
  /** The number of threads, the calling one included. */
  readonly size: number;
  readonly #flags: Int32Array;
  readonly #call: Float64Array;
  readonly #own: Record<string, Share>;
  readonly #index: ReadonlyMap<string, number>;
  #number = 0;
  /**
   * Calls that this thread still makes alone, and until when; how many after the next late one; calls in
   * time.
   */
  #alone = 0;
  #until = 0;
  #pause = ALONE.least;
  #inTime = 0;

  private constructor(engine: Machine, size: number, own: Record<string, Share>) {
    this.size = size;
    this.#flags = new Int32Array(engine.memory.buffer, BOARD.FLAGS, 64).fill(0);
    this.#call = new Float64Array(engine.memory.buffer, BOARD.CALL, 32);
    this.#own = own;
    this.#index = new Map(Object.keys(own).map((name, i) => [name, i]));
  }

  /** Throws `BackendError` where so many threads cannot be had. */
  static check(engine: Machine, threads: number): void {
    if (!Number.isInteger(threads) || threads < 1 || threads > MOST) {
      throw new BackendError(
        `Cannot use threads as their number must be from 1 to ${MOST}: current ${threads}`,
      );
    }
    if (threads > 1 && !engine.shared) {
      throw new BackendError(
        "Cannot use threads as this platform must allow shared memory: current state it does not " +
          "(a compiled module must be one with shared memory, and a page needs the headers of " +
          "cross-origin isolation)",
      );
    }
  }

  /** Starts the workers of a pool of `threads` and waits until they listen. */
  static async start(
    engine: Machine,
    threads: number,
    extras?: Extras,
    worker?: string | URL,
  ): Promise<ThreadPool> {
    const { memory, module } = engine, source = extras?.source ?? "{}";
    const own: Record<string, Share> = { ...engine.kernels, ...extras?.own };
    const pool = new ThreadPool(engine, threads, own), names = Object.keys(own);
    const failures: unknown[] = [];
    for (let i = 1; i < threads; i++) {
      const data = { module, memory, names, scratch: engine.scratch(i), board: BOARD };
      startWorker(data, source, worker, (error) => failures.push(error));
    }
    // Until all have come or failed: one that came later would listen to the next pool's calls.
    while (Atomics.load(pool.#flags, LISTENING) + failures.length < threads - 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (failures.length > 0) {
      pool.stop();
      throw new BackendError(
        `Cannot use ${threads} threads as each must start: current one failed with ${failures[0]}`,
      );
    }
    return pool;
  }

  /** Whether the workers have a function of this name. */
  has(name: string): boolean {
    return this.#index.has(name);
  }

  /**
   * Runs `name(...args, begin, end)` for shares of the range from 0 to `total`. They begin at
   * multiples of 4, the numbers in a vector, and none but the last is smaller than `grain`.
   */
  launch(name: string, total: number, grain: number, args: readonly number[]): void {
    const f = this.#own[name];
    if (this.#alone > 0 && performance.now() < this.#until) {
      this.#alone--;
      return f(...args, 0, total);
    }
    const begun = performance.now();
    const share = Math.ceil(Math.max(grain, total / (this.size * SPLIT)) / 4) * 4;
    const shares = Math.ceil(total / share);
    this.#publish(this.#index.get(name)!, shares, total, share, args);
    const flags = this.#flags;
    let mine = 0;
    try {
      for (
        let left = Atomics.load(flags, LEFT);
        count(left) > 0;
        left = Atomics.load(flags, LEFT)
      ) {
        if (Atomics.compareExchange(flags, LEFT, left, left - 1) !== left) continue;
        mine++;
        const begin = ((left & MASK) - 1) * share;
        f(...args, begin, Math.min(total, begin + share));
      }
    } catch (error) {
      // Nobody is to begin what is left; what others have begun they end.
      const left = count(Atomics.exchange(flags, LEFT, this.#number * NUMBER));
      this.#wait(shares - mine - left);
      Atomics.store(flags, FAILED, 0);
      throw error;
    }
    this.#wait(shares - mine, begun);
    if (Atomics.exchange(flags, FAILED, 0) === 1) {
      throw new BackendError(`Cannot run ${name} as a thread failed: its error is shown above`);
    }
  }

  /**
   * Ends the workers. They are asked and not terminated, as that would take effect late: a worker
   * that is still there would take shares of the next pool's calls.
   */
  stop(): void {
    const listening = Atomics.load(this.#flags, LISTENING);
    this.#publish(BOARD.QUIT, listening, 0, 0, []);
    this.#wait(listening);
  }

  /** Lets every thread see a call with so many shares. */
  #publish(
    index: number,
    shares: number,
    total: number,
    share: number,
    args: readonly number[],
  ): void {
    const flags = this.#flags, call = this.#call;
    call[INDEX] = index;
    call[COUNT] = args.length;
    call[TOTAL] = total;
    call[SHARE] = share;
    for (let k = 0; k < args.length; k++) call[ARGUMENTS + k] = args[k];
    Atomics.store(flags, DONE, 0);
    this.#number = (this.#number + 1) & 0xffff;
    Atomics.store(flags, LEFT, this.#number * NUMBER + shares);
    if (Atomics.load(flags, ASLEEP) > 0) Atomics.notify(flags, LEFT);
  }

  /** Returns when workers have done so many shares of a call that began at a time. */
  #wait(shares: number, begun = -Infinity): void {
    const flags = this.#flags;
    let since = 0;
    for (let looks = 0; Atomics.load(flags, DONE) < shares; looks++) {
      if (looks < LOOKS) continue;
      if (looks === LOOKS) since = performance.now();
      nap(flags);
    }
    const waited = since > 0 ? performance.now() - since : 0;
    if (waited > Math.max(LATE, since - begun)) this.#late();
    else if (++this.#inTime === PROVEN) this.#proven();
  }

  /** Workers were late: this thread goes on alone, for twice as long as after the last time. */
  #late(): void {
    this.#alone = this.#pause;
    this.#until = performance.now() + ALONE.milliseconds;
    this.#pause = Math.min(2 * this.#pause, ALONE.most);
    this.#inTime = 0;
  }

  /** Workers have been in time for a while. */
  #proven(): void {
    this.#pause = Math.max(this.#pause / 2, ALONE.least);
    this.#inTime = 0;
  }
}

/** How many shares nobody has taken. */
function count(left: number): number {
  return Math.max(0, (left & MASK) - (left / FIRST & MASK));
}

/** Lets another thread have this processor for a moment, where waiting is allowed. */
function nap(flags: Int32Array): void {
  try {
    Atomics.wait(flags, DONE, flags[DONE], 0.05);
  } catch {
    // A page's main thread must not wait: it goes on looking.
  }
}
