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
import { BackendError } from "../../errors.ts";

/** Where the pool keeps its flags (int32) and, from byte 256 on, its call (f64). */
const BOARD = 40 * 1024, CALL = 256;
/** The most threads of a pool. */
export const MOST = 63;
/**
 * The flags, each on a cache line of its own: what is left of the call; the shares that workers have done; the workers that sleep, or that listen;
 * whether one failed.
 */
const LEFT = 0, DONE = 16, ASLEEP = 32, LISTENING = 33, FAILED = 34;
/** What is left: the end of the shares, above it (from bit 7) the first, above it the number. */
const FIRST = 1 << 7, NUMBER = 1 << 14, MASK = 127;
/** The call: the index of its function, how many arguments, its range, the size of a share. */
const INDEX = 0, COUNT = 1, TOTAL = 2, SHARE = 3, ARGUMENTS = 4;
/** The call that ends the workers, in place of the index of a function. */
const QUIT = -1;
/** Milliseconds that a worker watches for the next call before it sleeps. */
const WATCH = 0.2;
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

/** The program of a worker; `EXTRAS` stands for an expression that gives further functions. */
const WORKER = `function work({ module, memory, names, scratch }) {
const sgemm = (...args) => functions.sgemm(...args);
const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm } });
exports.setScratch(scratch);
const functions = { ...exports, ...(EXTRAS) };
const list = names.map((name) => functions[name]);
const flags = new Int32Array(memory.buffer, ${BOARD}, 64);
const call = new Float64Array(memory.buffer, ${BOARD + CALL}, 32);
Atomics.add(flags, ${LISTENING}, 1);
let since = performance.now();
for (let n = 1;; n++) {
  const left = Atomics.load(flags, ${LEFT}), first = left / ${FIRST} & ${MASK};
  if (first >= (left & ${MASK})) {
    if (n % 256 !== 0 || performance.now() - since < ${WATCH}) continue;
    Atomics.add(flags, ${ASLEEP}, 1);
    Atomics.wait(flags, ${LEFT}, left);
    Atomics.sub(flags, ${ASLEEP}, 1);
    since = performance.now();
    continue;
  }
  // The call is read before the share is taken: if taking it succeeds, it was still this call.
  const index = call[${INDEX}], total = call[${TOTAL}], share = call[${SHARE}];
  const args = Array.from(call.subarray(${ARGUMENTS}, ${ARGUMENTS} + call[${COUNT}]));
  if (Atomics.compareExchange(flags, ${LEFT}, left, left + ${FIRST}) !== left) continue;
  if (index === ${QUIT}) {
    Atomics.add(flags, ${DONE}, 1);
    break;
  }
  const begin = first * share;
  try {
    list[index](...args, begin, Math.min(total, begin + share));
  } catch (error) {
    Atomics.store(flags, ${FAILED}, 1);
    console.error(error);
  }
  Atomics.add(flags, ${DONE}, 1);
  since = performance.now();
}
}`;

/** A function that does a share of a call; its last two arguments are the share's begin and end. */
type Share = (...args: number[]) => void;

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
 * of the web's.
 */
async function startWorker(
  program: string,
  data: object,
  failed: (error: unknown) => void,
): Promise<void> {
  const node = await import("node:worker_threads").catch(() => undefined);
  if (node?.Worker !== undefined) {
    const source = `${program}\nwork(require("node:worker_threads").workerData);`;
    // Without an environment of its own it would be given a copy, for which Deno asks.
    const worker = new node.Worker(source, { eval: true, env: {}, workerData: data });
    worker.once("error", failed);
    worker.unref();
    return;
  }
  const source = `${program}\nonmessage = ({ data }) => work(data);`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    const worker = new Worker(url);
    worker.onerror = (event) => failed(event.message ?? "a worker that the page refuses");
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
    this.#flags = new Int32Array(engine.memory.buffer, BOARD, 64).fill(0);
    this.#call = new Float64Array(engine.memory.buffer, BOARD + CALL, 32);
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
          "(a page needs the headers of cross-origin isolation)",
      );
    }
  }

  /** Starts the workers of a pool of `threads` and waits until they listen. */
  static async start(engine: Machine, threads: number, extras?: Extras): Promise<ThreadPool> {
    const { memory, module } = engine, program = WORKER.replace("EXTRAS", extras?.source ?? "{}");
    const own: Record<string, Share> = { ...engine.kernels, ...extras?.own };
    const pool = new ThreadPool(engine, threads, own), names = Object.keys(own);
    const failures: unknown[] = [];
    for (let i = 1; i < threads; i++) {
      const data = { module, memory, names, scratch: engine.scratch(i) };
      await startWorker(program, data, (error) => failures.push(error));
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
    this.#publish(QUIT, listening, 0, 0, []);
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
