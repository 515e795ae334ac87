/**
 * Buffers of the device, kept for reuse. A buffer serves any request from half its size on, so sizes may
 * come in any order; what lies idle beyond what is in use is given back, the largest first. Of several
 * that fit, the oldest is taken: steps that ask for the same get the same buffers, for which all that
 * binds kernels to them is there already.
 */

/** A buffer, with what the pool and the recording know of it. */
export interface Block {
  /** The buffer. */
  readonly buffer: GPUBuffer;
  /** Its size in bytes. */
  readonly bytes: number;
  /** How many of them were asked for. */
  used: number;
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

/** Where a buffer belongs among those of its size. */
function placeOf(list: readonly Block[], { id }: Block): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The buffers. */
export class Pool {
  readonly #create: (bytes: number) => GPUBuffer;
  readonly #destroy: (block: Block) => void;
  /** Idle buffers by size, the oldest first. */
  readonly #idle = new Map<number, Block[]>();
  /** The sizes of which there are idle buffers, in order. */
  #sizes: number[] = [];
  /** Buffers that are none. */
  readonly #unusable = new Set<GPUBuffer>();
  #idleBytes = 0;
  #bytes = 0;
  #next = 0;
  /** The most bytes of all buffers; what is idle is given back to keep to it. */
  limit = Infinity;

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
      let at = 0;
      while (at < list.length && list[at].recording === recording) at++;
      if (at === list.length) continue;
      const block = this.#reuse(list, at, i);
      block.used = bytes;
      return block;
    }
    return this.#make(wanted, bytes);
  }

  /** Gives a buffer back. */
  give(block: Block): void {
    if (this.#unusable.delete(block.buffer)) return this.#remove(block);
    const list = this.#idle.get(block.bytes);
    if (list === undefined) {
      this.#idle.set(block.bytes, [block]);
      this.#sizes.splice(this.#place(block.bytes), 0, block.bytes);
    } else list.splice(placeOf(list, block), 0, block);
    this.#idleBytes += block.bytes;
  }

  /** Gives idle buffers back to the device until no more than so many bytes are idle. */
  trim(most: number): void {
    for (let i = this.#sizes.length - 1; i >= 0 && this.#idleBytes > most; i--) {
      const list = this.#idle.get(this.#sizes[i])!;
      while (list.length > 0 && this.#idleBytes > most) {
        this.#remove(this.#reuse(list, list.length - 1, i));
      }
    }
  }

  /** Never uses a buffer again: the device had no room for it. */
  forget(buffer: GPUBuffer): void {
    this.#unusable.add(buffer);
    this.trim(0);
  }

  #make(bytes: number, used: number): Block {
    this.trim(Math.max(IDLE, this.inUse) - bytes);
    if (this.#bytes + bytes > this.limit) this.trim(Math.max(0, this.limit - this.inUse - bytes));
    const buffer = this.#create(bytes);
    this.#bytes += bytes;
    return { buffer, bytes, used, id: this.#next++, recording: -1 };
  }

  #remove(block: Block): void {
    this.#bytes -= block.bytes;
    this.#unusable.delete(block.buffer);
    this.#destroy(block);
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
