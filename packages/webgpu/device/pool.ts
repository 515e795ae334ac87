/**
 * Buffers of the device, kept for reuse. A buffer serves any request from half its size on, so sizes may
 * come in any order; what lies idle beyond what is in use is given back, the longest idle first.
 */

/** A buffer, with what the pool and the recording know of it. */
export interface Block {
  /** The buffer. */
  readonly buffer: GPUBuffer;
  /** Its size in bytes. */
  readonly bytes: number;
  /** A number of its own. */
  readonly id: number;
  /** The number of the last recording that uses it. */
  recording: number;
}

/** The smallest buffer. */
const LEAST = 256;
/** What may lie idle however little is in use. */
const IDLE = 2 ** 26;

/** Sizes come in steps of an eighth of a power of two: at most an eighth of a buffer is never used. */
export function sizeClass(bytes: number): number {
  if (bytes <= LEAST) return LEAST;
  const step = Math.max(LEAST, 2 ** (Math.ceil(Math.log2(bytes)) - 4));
  return Math.ceil(bytes / step) * step;
}

/** The buffers. */
export class Pool {
  readonly #create: (bytes: number) => GPUBuffer;
  readonly #destroy: (block: Block) => void;
  /** Idle buffers by size; the last one was given back last. */
  readonly #idle = new Map<number, Block[]>();
  /** The sizes of which there are idle buffers, in order. */
  #sizes: number[] = [];
  #idleBytes = 0;
  #bytes = 0;
  #next = 0;

  /** A pool of buffers that `create` makes and `destroy` gives back. */
  constructor(create: (bytes: number) => GPUBuffer, destroy: (block: Block) => void) {
    this.#create = create;
    this.#destroy = destroy;
  }

  /** Bytes of all buffers. */
  get reserved(): number {
    return this.#bytes;
  }

  /** Bytes of the buffers that are in use. */
  get inUse(): number {
    return this.#bytes - this.#idleBytes;
  }

  /**
   * A buffer of at least so many bytes; if possible one that the recording of that number does not use.
   */
  take(bytes: number, recording = -1): Block {
    const wanted = sizeClass(bytes);
    for (let i = this.#place(wanted); i < this.#sizes.length && this.#sizes[i] <= 2 * wanted; i++) {
      const list = this.#idle.get(this.#sizes[i])!;
      let at = list.length - 1;
      while (at >= 0 && list[at].recording === recording) at--;
      if (at >= 0) return this.#reuse(list, at, i);
    }
    return this.#make(wanted);
  }

  /** Gives a buffer back. */
  give(block: Block): void {
    const list = this.#idle.get(block.bytes);
    if (list === undefined) {
      this.#idle.set(block.bytes, [block]);
      this.#sizes.splice(this.#place(block.bytes), 0, block.bytes);
    } else list.push(block);
    this.#idleBytes += block.bytes;
  }

  /** Gives idle buffers back to the device until no more than so many bytes are idle. */
  trim(most: number): void {
    for (let i = this.#sizes.length - 1; i >= 0 && this.#idleBytes > most; i--) {
      const list = this.#idle.get(this.#sizes[i])!;
      while (list.length > 0 && this.#idleBytes > most) {
        const block = this.#reuse(list, 0, i);
        this.#bytes -= block.bytes;
        this.#destroy(block);
      }
    }
  }

  #make(bytes: number): Block {
    this.trim(Math.max(IDLE, this.inUse) - bytes);
    const buffer = this.#create(bytes);
    this.#bytes += bytes;
    return { buffer, bytes, id: this.#next++, recording: -1 };
  }

  #reuse(list: Block[], at: number, size: number): Block {
    const [block] = list.splice(at, 1);
    this.#idleBytes -= block.bytes;
    if (list.length === 0) {
      this.#idle.delete(block.bytes);
      this.#sizes.splice(size, 1);
    }
    return block;
  }

  /** Where a size stands, or would stand, among the sizes. */
  #place(bytes: number): number {
    const at = this.#sizes.findIndex((size) => size >= bytes);
    return at < 0 ? this.#sizes.length : at;
  }
}
