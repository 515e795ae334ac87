/** Who has which part of the linear memory. */
import { BackendError } from "../../errors.ts";

const PAGE = 65536;
const LIMIT = 65536 * PAGE;
/** Blocks start on cache lines, so that two threads never write to the same one. */
const LINE = 64;
/** The last class that is a quarter of a doubling: of up to 1 MiB, 16 pages. */
const QUARTERS = 51;

/** What the heap needs of a `WebAssembly.Memory`. */
export interface Growable {
  /** The memory's bytes. */
  readonly buffer: { readonly byteLength: number };
  /** Makes it longer by so many pages of 64 KiB, or throws. */
  grow(pages: number): number;
}

/**
 * Hands out blocks of a WebAssembly memory. Sizes are rounded up to classes: four to each doubling,
 * and above 1 MiB to pages. A block that is freed serves the next request of its class: a
 * training loop asks for the same sizes at every step, so its memory stays what it was after the
 * first. Only when the memory would have to grow are the blocks that wait in the classes coalesced
 * with their neighbours to ranges, from which blocks of every class are cut: each block that was
 * given back is sorted once at most, and free memory serves any order of sizes.
 */
export class Heap {
  readonly #memory: Growable;
  /** Free blocks by class, last freed last. */
  readonly #quarters: number[][] = Array.from({ length: QUARTERS + 1 }, () => []);
  readonly #pages = new Map<number, number[]>();
  /** Bytes in these. */
  #waiting = 0;
  /** Free ranges by address, no two of which touch each other or the top. */
  #ranges: { start: number; end: number }[] = [];
  #top: number;
  #inUse = 0;

  /** Blocks are taken from `start` upwards; below it are the kernels' own data. */
  constructor(memory: Growable, start: number) {
    this.#memory = memory;
    this.#top = start;
  }

  /** Bytes in blocks that were handed out. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Bytes of the whole memory. */
  get reserved(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The class of a size: 4 from each power of two to the next, above 1 MiB one for each page. */
  static sizeClass(bytes: number): number {
    const lines = Math.max(1, Math.ceil(bytes / LINE));
    if (lines <= 4) return lines - 1;
    if (bytes > 16 * PAGE) return QUARTERS - 16 + Math.ceil(bytes / PAGE);
    const doubling = 31 - Math.clz32(lines - 1);
    return 4 * (doubling - 1) + ((lines - 1) >> (doubling - 2)) - 4;
  }

  /** The bytes of a block of a class: the largest size in it. */
  static blockBytes(sizeClass: number): number {
    if (sizeClass < 4) return (sizeClass + 1) * LINE;
    if (sizeClass > QUARTERS) return (sizeClass - QUARTERS + 16) * PAGE;
    return (5 + sizeClass % 4) * LINE << (sizeClass >> 2) - 1;
  }

  /** The address of a block of at least `bytes` bytes. Its contents are whatever was there. */
  allocate(bytes: number): number {
    // Also false for NaN: whatever sizes come here, the lists below stay whole.
    if (!(bytes <= LIMIT)) throw this.#refusal(bytes, bytes, tooLong());
    const sizeClass = Heap.sizeClass(bytes), block = Heap.blockBytes(sizeClass);
    const list = sizeClass <= QUARTERS ? this.#quarters[sizeClass] : this.#pages.get(sizeClass);
    let address = list?.pop();
    if (address !== undefined) this.#waiting -= block;
    else address = this.#cut(block) ?? this.#extend(block, bytes);
    this.#inUse += block;
    return address;
  }

  /** The address of a block that is not freed and not counted: working space of the kernels. */
  reserve(bytes: number): number {
    const address = this.allocate(bytes);
    this.#inUse -= Heap.blockBytes(Heap.sizeClass(bytes));
    return address;
  }

  /** Gives a block back; `bytes` is what was asked for. */
  free(address: number, bytes: number): void {
    const sizeClass = Heap.sizeClass(bytes), block = Heap.blockBytes(sizeClass);
    this.#inUse -= block;
    this.#waiting += block;
    if (sizeClass <= QUARTERS) this.#quarters[sizeClass].push(address);
    else if (this.#pages.has(sizeClass)) this.#pages.get(sizeClass)!.push(address);
    else this.#pages.set(sizeClass, [address]);
  }

  /** A block from the first range that is long enough, or from the memory above the top. */
  #cut(block: number): number | undefined {
    const at = this.#ranges.findIndex(({ start, end }) => end - start >= block);
    if (at >= 0) {
      const range = this.#ranges[at], address = range.start;
      range.start += block;
      if (range.start === range.end) this.#ranges.splice(at, 1);
      return address;
    }
    const address = this.#top;
    if (address + block > this.#memory.buffer.byteLength) return undefined;
    this.#top += block;
    return address;
  }

  /**
   * A block for which the memory has to grow. It does not while as much as it would grow by lies
   * waiting: an eighth. At its end, whatever waits is coalesced.
   */
  #extend(block: number, bytes: number): number {
    if (this.#waiting > this.#top / 8) {
      this.#coalesce();
      const address = this.#cut(block);
      if (address !== undefined) return address;
    }
    try {
      this.#grow(this.#top + block);
    } catch (cause) {
      this.#coalesce();
      const address = this.#cut(block);
      if (address !== undefined) return address;
      try {
        this.#grow(this.#top + block);
      } catch {
        throw this.#refusal(bytes, this.#top + block, cause);
      }
    }
    return this.#cut(block)!;
  }

  /** Joins all that is free with its neighbours; what lies below the top lowers it. */
  #coalesce(): void {
    const free = this.#ranges;
    const take = (list: number[], sizeClass: number) => {
      const block = Heap.blockBytes(sizeClass);
      for (const start of list) free.push({ start, end: start + block });
      list.length = 0;
    };
    this.#quarters.forEach(take);
    this.#pages.forEach(take);
    this.#pages.clear();
    this.#waiting = 0;
    free.sort((a, b) => a.start - b.start);
    const joined: typeof free = [];
    for (const range of free) {
      const last = joined.at(-1);
      if (last?.end === range.start) last.end = range.end;
      else joined.push(range);
    }
    if (joined.at(-1)?.end === this.#top) this.#top = joined.pop()!.start;
    this.#ranges = joined;
  }

  /** Makes the memory at least `top` bytes long, and an eighth longer than it was if it can be. */
  #grow(top: number): void {
    const now = this.#memory.buffer.byteLength;
    const grow = (to: number) => this.#memory.grow(Math.ceil((to - now) / PAGE));
    if (top > LIMIT) throw tooLong();
    try {
      grow(Math.min(LIMIT, Math.max(top, now + now / 8)));
    } catch {
      grow(top);
    }
  }

  #refusal(bytes: number, top: number, cause: unknown): BackendError {
    const megabytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`;
    const error = new BackendError(
      `Cannot allocate ${bytes} bytes as the memory of the wasm backend cannot grow from ` +
        `${megabytes(this.reserved)} to ${megabytes(top)}: current ${
          megabytes(this.#inUse)
        } in use. ` +
        "Give tensors back with tidy(), or use smaller batches",
    );
    error.cause = cause;
    return error;
  }
}

function tooLong(): RangeError {
  return new RangeError("a WebAssembly memory has at most 4 GiB");
}
