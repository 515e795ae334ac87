/**
 * A team of threads that share the linear memory. Each worker has an instance of the same module
 * and waits for calls in a mailbox: a ticket number, the index of a function and its arguments. A
 * worker that has just finished watches its mailbox for a moment, so that the next call costs less
 * than a microsecond; then it sleeps.
 */
import { BackendError } from "../../errors.ts";
import type { Engine } from "./engine.ts";

/** Bytes of one mailbox: four int32 flags, then from byte 64 on a call as 32 f64 numbers. */
const MAILBOX = 320;
/** Where the mailboxes begin, and how many there is room for. */
const MAILBOXES = 40 * 1024, MOST = 64;
/** The flags: the number of the last call, of the last answer; whether the worker sleeps or failed. */
const TICKET = 0, ANSWER = 1, ASLEEP = 2, FAILED = 3;
/** The call that ends a worker, in place of the index of a function. */
const QUIT = -1;
/** Milliseconds that a worker watches its mailbox before it sleeps. */
const WATCH = 0.2;
/** How often the caller looks for answers before it naps between looks. */
const LOOKS = 20_000;

/** The program of a worker; `EXTRAS` stands for an expression that gives further functions. */
const WORKER = `{
const { workerData } = require("node:worker_threads");
const { module, memory, mailbox, names, scratch, watch } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.setScratch(scratch);
const functions = { ...exports, ...(EXTRAS) };
const list = names.map((name) => functions[name]);
const flags = new Int32Array(memory.buffer, mailbox, 4);
const call = new Float64Array(memory.buffer, mailbox + 64, 32);
Atomics.store(flags, ${ANSWER}, 1);
for (let ticket = 1;;) {
  let since = 0;
  for (let n = 1; Atomics.load(flags, ${TICKET}) === ticket; n++) {
    if (n % 256 !== 0) continue;
    const now = performance.now();
    if (since === 0) since = now;
    if (now - since > watch) {
      Atomics.store(flags, ${ASLEEP}, 1);
      Atomics.wait(flags, ${TICKET}, ticket);
      Atomics.store(flags, ${ASLEEP}, 0);
    }
  }
  ticket = Atomics.load(flags, ${TICKET});
  if (call[0] === ${QUIT}) {
    Atomics.store(flags, ${ANSWER}, ticket);
    break;
  }
  try {
    list[call[0]](...call.subarray(2, 2 + call[1]));
  } catch (error) {
    Atomics.store(flags, ${FAILED}, 1);
    console.error(error);
  }
  Atomics.store(flags, ${ANSWER}, ticket);
}
}`;

/** A function that does a share of a call; its last two arguments are the share's begin and end. */
type Share = (...args: number[]) => void;

/** Functions besides the kernels that can be launched, on this thread and in every worker. */
export interface Extras {
  /** The functions of this thread. */
  readonly own: Record<string, Share>;
  /** A JavaScript expression in `memory` that gives the same functions in a worker. */
  readonly source: string;
}

/** A worker, seen from the calling thread. */
interface Member {
  readonly flags: Int32Array;
  readonly call: Float64Array;
}

/** Several threads, the calling one included, that each run a share of a call. */
export class Team {
  readonly #members: readonly Member[];
  readonly #own: Record<string, Share>;
  readonly #index: ReadonlyMap<string, number>;

  private constructor(members: readonly Member[], own: Record<string, Share>) {
    this.#members = members;
    this.#own = own;
    this.#index = new Map(Object.keys(own).map((name, i) => [name, i]));
  }

  /** The number of threads, the calling one included. */
  get size(): number {
    return this.#members.length + 1;
  }

  /** Throws `BackendError` where so many threads cannot be had. */
  static check(engine: Engine, threads: number): void {
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

  /** Starts the workers of a team of `threads` and waits until they listen. */
  static async start(engine: Engine, threads: number, extras?: Extras): Promise<Team> {
    const { Worker } = await import("node:worker_threads");
    const { memory, module } = engine;
    const own: Record<string, Share> = { ...engine.kernels, ...extras?.own };
    const names = Object.keys(own), members: Member[] = [];
    for (let i = 1; i < threads; i++) {
      const mailbox = MAILBOXES + (i - 1) * MAILBOX;
      const flags = new Int32Array(memory.buffer, mailbox, 4).fill(0);
      flags[TICKET] = 1;
      const call = new Float64Array(memory.buffer, mailbox + 64, 32);
      const worker = new Worker(WORKER.replace("EXTRAS", extras?.source ?? "{}"), {
        eval: true,
        workerData: { module, memory, mailbox, names, scratch: engine.scratch(i), watch: WATCH },
      });
      let failure: unknown;
      worker.once("error", (error: unknown) => failure = error);
      worker.unref();
      while (Atomics.load(flags, ANSWER) !== flags[TICKET]) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (failure !== undefined) {
          new Team(members, own).stop();
          throw new BackendError(
            `Cannot use ${threads} threads as each must start: current thread ${i} failed with ${failure}`,
          );
        }
      }
      members.push({ flags, call });
    }
    return new Team(members, own);
  }

  /** Runs `name(...args, begin, end)` with the shares of the range from 0 to `total`. */
  launch(name: string, total: number, args: readonly number[]): void {
    const members = this.#members, index = this.#index.get(name)!;
    // Shares begin at multiples of 4, the numbers in a vector.
    const share = Math.ceil(total / this.size / 4) * 4;
    let asked = 0;
    for (let i = 0; i < members.length; i++) {
      const begin = (i + 1) * share;
      if (begin >= total) break;
      const { flags, call } = members[i];
      call[0] = index;
      call[1] = args.length + 2;
      for (let k = 0; k < args.length; k++) call[k + 2] = args[k];
      call[args.length + 2] = begin;
      call[args.length + 3] = Math.min(total, begin + share);
      ask(flags);
      asked++;
    }
    try {
      this.#own[name](...args, 0, Math.min(total, share));
    } finally {
      for (let i = 0; i < asked; i++) awaitAnswer(members[i].flags);
    }
    for (let i = 0; i < asked; i++) {
      if (Atomics.exchange(members[i].flags, FAILED, 0) === 1) {
        throw new BackendError(`Cannot run ${name} as a thread failed: its error is shown above`);
      }
    }
  }

  /**
   * Ends the workers. They are asked and not terminated, as that would take effect late: a worker
   * that is still there would answer the calls of the next team in the same mailbox.
   */
  stop(): void {
    for (const { flags, call } of this.#members) {
      call[0] = QUIT;
      ask(flags);
      awaitAnswer(flags);
    }
  }
}

/** Tells a worker that there is a call in its mailbox. */
function ask(flags: Int32Array): void {
  Atomics.add(flags, TICKET, 1);
  if (Atomics.load(flags, ASLEEP) === 1) Atomics.notify(flags, TICKET);
}

/** Returns when a worker has done what it was last asked. */
function awaitAnswer(flags: Int32Array): void {
  const ticket = flags[TICKET];
  for (let looks = 0; Atomics.load(flags, ANSWER) !== ticket; looks++) {
    if (looks > LOOKS) nap(flags);
  }
}

/** Lets another thread have this processor for a moment, where waiting is allowed. */
function nap(flags: Int32Array): void {
  try {
    Atomics.wait(flags, ANSWER, flags[ANSWER], 0.05);
  } catch {
    // A page's main thread must not wait: it goes on looking.
  }
}
