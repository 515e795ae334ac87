/**
 * What a thread of the pool does. Its source text is also the program of workers that are made of a text,
 * so that it uses nothing but its arguments and the globals.
 */

/** Where the pool keeps what its threads see: addresses in the memory, and places in what is there. */
export interface Board {
  /** The address of the flags (int32), and of the call (f64). */
  readonly FLAGS: number;
  readonly CALL: number;
  /**
   * The flags, each on a cache line of its own: what is left of the call; the shares that workers have
   * done; the workers that sleep, or that listen; whether one failed.
   */
  readonly LEFT: number;
  readonly DONE: number;
  readonly ASLEEP: number;
  readonly LISTENING: number;
  readonly FAILED: number;
  /** What is left: the end of the shares, above it (from bit 7) the first, above it the number. */
  readonly FIRST: number;
  readonly NUMBER: number;
  readonly MASK: number;
  /** The call: the index of its function, how many arguments, its range, the size of a share. */
  readonly INDEX: number;
  readonly COUNT: number;
  readonly TOTAL: number;
  readonly SHARE: number;
  readonly ARGUMENTS: number;
  /** The call that ends the workers, in place of the index of a function. */
  readonly QUIT: number;
  /** Milliseconds that a worker watches for the next call before it sleeps. */
  readonly WATCH: number;
}

/** What a worker is given. */
export interface Work {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The functions that can be called, in the order of their indices. */
  readonly names: readonly string[];
  /** The address of its working space. */
  readonly scratch: number;
  readonly board: Board;
}

/** A function that does a share of a call; its last two arguments are the share's begin and end. */
export type Share = (...args: number[]) => void;

/** Does shares of calls until the one comes that ends it. `extras` gives functions besides the kernels. */
export function work(
  { module, memory, names, scratch, board }: Work,
  extras: (memory: WebAssembly.Memory) => Record<string, Share>,
): void {
  const { LEFT, DONE, ASLEEP, LISTENING, FAILED, FIRST, MASK } = board;
  const env = { memory, sgemm: (...args: number[]) => functions.sgemm(...args) };
  const exports = new WebAssembly.Instance(module, { env }).exports as Record<string, Share>;
  exports.setScratch(scratch);
  const functions: Record<string, Share> = { ...exports, ...extras(memory) };
  const list = names.map((name) => functions[name]);
  const flags = new Int32Array(memory.buffer, board.FLAGS, 64);
  const call = new Float64Array(memory.buffer, board.CALL, 32);
  Atomics.add(flags, LISTENING, 1);
  let since = performance.now();
  for (let n = 1;; n++) {
    const left = Atomics.load(flags, LEFT), first = left / FIRST & MASK;
    if (first >= (left & MASK)) {
      if (n % 256 !== 0 || performance.now() - since < board.WATCH) continue;
      Atomics.add(flags, ASLEEP, 1);
      Atomics.wait(flags, LEFT, left);
      Atomics.sub(flags, ASLEEP, 1);
      since = performance.now();
      continue;
    }
    // The call is read before the share is taken: if taking it succeeds, it was still this call.
    const index = call[board.INDEX], total = call[board.TOTAL], share = call[board.SHARE];
    const args = Array.from(call.subarray(board.ARGUMENTS, board.ARGUMENTS + call[board.COUNT]));
    if (Atomics.compareExchange(flags, LEFT, left, left + FIRST) !== left) continue;
    if (index === board.QUIT) {
      Atomics.add(flags, DONE, 1);
      return;
    }
    const begin = first * share;
    try {
      list[index](...args, begin, Math.min(total, begin + share));
    } catch (error) {
      Atomics.store(flags, FAILED, 1);
      console.error(error);
    }
    Atomics.add(flags, DONE, 1);
    since = performance.now();
  }
}
