/** Bytes that come in parts, taken in parts of other sizes. */

/** What gives the parts. */
export type Parts = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** The parts in order; those of a stream also where platforms do not iterate over streams. */
async function* iterate(parts: Parts): AsyncGenerator<Uint8Array, void> {
  if (Symbol.asyncIterator in parts || Symbol.iterator in parts) return yield* parts;
  const reader = (parts as ReadableStream<Uint8Array>).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** Takes bytes, so many at a time as are asked for, from parts as they come. */
export class ByteQueue {
  readonly #parts: AsyncGenerator<Uint8Array, void>;
  #rest: Uint8Array = new Uint8Array();
  /** How many bytes were taken. */
  taken = 0;

  /** Asks for a part only when its bytes are wanted. */
  constructor(parts: Parts) {
    this.#parts = iterate(parts);
  }

  /**
   * The next `count` bytes, fewer where they end; a view of a part that has them all, good until the next
   * part, as whoever gives the parts may use their memory again.
   */
  async take(count: number): Promise<Uint8Array> {
    const list: Uint8Array[] = [];
    let length = 0;
    while (length < count && await this.#more()) {
      const part = this.#rest.subarray(0, count - length);
      this.#rest = this.#rest.subarray(part.length);
      length += part.length;
      if (part.length === count) list.push(part);
      else list.push(part.slice());
    }
    this.taken += length;
    return list.length === 1 ? list[0] : joined(list, length);
  }

  /** Puts bytes back that were taken last. */
  putBack(bytes: Uint8Array): void {
    this.#rest = joined([bytes, this.#rest], bytes.length + this.#rest.length);
    this.taken -= bytes.length;
  }

  /** Ends the taking; what gives the parts is told. */
  async close(): Promise<void> {
    await this.#parts.return();
  }

  /** Whether there are bytes left. */
  async #more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#parts.next();
      if (done) return false;
      if (!(value instanceof Uint8Array)) {
        throw new TypeError(
          `Cannot read bytes as each part must be a Uint8Array: current ${typeof value}`,
        );
      }
      this.#rest = value;
    }
    return true;
  }
}

/** Arrays of bytes as one. */
export function joined(list: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of list) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
