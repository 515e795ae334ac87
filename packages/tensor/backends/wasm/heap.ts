/** Who has which part of the linear memory. */
import { BackendError } from "../../errors.ts";

const PAGE = 65536;
const LIMIT = 65536 * PAGE;
/** Blocks start on cache lines, so that two threads never write to the same one. */
const LINE = 64;

/**
 * Hands out blocks of a WebAssembly memory. Sizes are rounded up to classes, four to each
 * doubling, and a block that is given back serves the next request of its class: a training loop
 * asks for the same sizes at every step, so its memory stays what it was after the first.
 */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #free: number[][] = [];
  #top: number;
  #inUse = 0;

  /** Blocks are taken from `start` upwards; below it are the kernels' own data. */
  constructor(memory: WebAssembly.Memory, start: number) {
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

  /** The class of a size: 4 classes from each power of two to the next. */
  static sizeClass(bytes: number): number {
    const lines = Math.max(1, Math.ceil(bytes / LINE));
    if (lines <= 4) return lines - 1;
    const doubling = 31 - Math.clz32(lines - 1);
    return 4 * (doubling - 1) + Math.floor((lines - 1) / 2 ** (doubling - 2)) - 4;
  }

  /** The bytes of a block of a class: the largest size in it. */
  static blockBytes(sizeClass: number): number {
    if (sizeClass < 4) return (sizeClass + 1) * LINE;
    const doubling = Math.floor(sizeClass / 4) + 1;
    return (5 + sizeClass % 4) * 2 ** (doubling - 2) * LINE;
  }

  /** The address of a block of at least `bytes` bytes. Its contents are whatever was there. */
  allocate(bytes: number): number {
    const sizeClass = Heap.sizeClass(bytes);
    const block = Heap.blockBytes(sizeClass);
    let address = this.#free[sizeClass]?.pop();
    if (address === undefined) {
      address = this.#top;
      const top = address + block;
      if (top > this.#memory.buffer.byteLength) this.#grow(top, bytes);
      this.#top = top;
    }
    this.#inUse += block;
    return address;
  }

  /** The address of a block that is not given back and not counted: working space of the kernels. */
  reserve(bytes: number): number {
    const address = this.allocate(bytes);
    this.#inUse -= Heap.blockBytes(Heap.sizeClass(bytes));
    return address;
  }

  /** Gives a block back; `bytes` is what was asked for. */
  free(address: number, bytes: number): void {
    const sizeClass = Heap.sizeClass(bytes);
    this.#inUse -= Heap.blockBytes(sizeClass);
    (this.#free[sizeClass] ??= []).push(address);
  }

  /** Makes the memory at least `top` bytes long, and an eighth longer than it was if it can be. */
  #grow(top: number, bytes: number): void {
    const now = this.#memory.buffer.byteLength;
    const grow = (to: number) => this.#memory.grow(Math.ceil((to - now) / PAGE));
    try {
      if (top > LIMIT) throw new RangeError("a WebAssembly memory has at most 4 GiB");
      try {
        grow(Math.min(LIMIT, Math.max(top, now + now / 8)));
      } catch {
        grow(top);
      }
    } catch (cause) {
      const megabytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`;
      const error = new BackendError(
        `Cannot allocate ${bytes} bytes as the memory of the wasm backend cannot grow from ` +
          `${megabytes(now)} to ${megabytes(top)}: current ${megabytes(this.#inUse)} in use. ` +
          "Give tensors back with tidy(), or use smaller batches",
      );
      error.cause = cause;
      throw error;
    }
  }
}
