/** A safetensors file that is read tensor by tensor. */
import { DataError } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { openFile } from "@neurite/tensor/files";
import { ByteQueue, type Parts } from "./byte_queue.ts";
import { ELEMENT_TYPES } from "./element_types.ts";
import {
  checkLength,
  dataBegin,
  decodeValues,
  type Head,
  PEEK,
  readHead,
  refuser,
  type SavedTensor,
  savedTensor,
} from "./format.ts";

/**
 * Where a safetensors file is: a path or `file:` address; a `Blob`, such as the `File` that somebody
 * chose in a page; the bytes as they come, such as the `body` of a response.
 */
export type SafetensorsSource =
  | string
  | URL
  | Blob
  | Iterable<Uint8Array>
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>;

/** How {@linkcode openSafetensors} speaks of the file. */
export interface OpenSafetensorsOptions {
  /** The name of the file, for messages; by default its own, where it has one. */
  file?: string;
}

/** What the header says of a tensor. */
export interface SafetensorsEntry {
  /** The element type in the file: `F32`, `F16`, `BF16`, ... */
  readonly dtype: string;
  /** The sizes, outermost first. */
  readonly shape: readonly number[];
}

/** Some of the values of a tensor, in row-major order. */
export interface SafetensorsPiece {
  /** The tensor. */
  readonly name: string;
  /** Which of its values is the first. */
  readonly begin: number;
  /** The values: at most as many as stand in 1 MiB of the file. Good until the next piece is asked for. */
  readonly values: Float32Array | Int32Array;
}

/** Bytes that are read together: of a file, and of a tensor. */
const FROM_FILE = 1 << 22, PIECE = 1 << 20;

/**
 * Opens a safetensors file, and reads and checks its header, as {@linkcode decodeSafetensors} does. Its
 * tensors then come one after the other as they are asked for: no more of the file is held than the one
 * that is being read.
 *
 * How long a path or a `Blob` is, is known: one that is truncated is refused before anything of it is
 * read. Bytes that come as a stream are refused where they end too early, after the tensors before that.
 *
 * @throws {DataError} if it cannot be read, or anything is wrong with its header; says where, what was
 * expected and what was found.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSafetensors, openSafetensors } from "@neurite/nn";
 *
 * const bias = { dtype: "float32" as const, shape: [2], data: new Float32Array([1, 2]) };
 * const file = new File([encodeSafetensors(new Map([["bias", bias]])).slice()], "layer.safetensors");
 *
 * const opened = await openSafetensors(file);
 * assertEquals(opened.entries.get("bias"), { dtype: "F32", shape: [2] });
 * for await (const [name, tensor] of opened) assertEquals([name, tensor], ["bias", bias]);
 * ```
 */
export async function openSafetensors(
  source: SafetensorsSource,
  options: OpenSafetensorsOptions = {},
): Promise<OpenSafetensors> {
  checkOptions("open safetensors", options, { file: true });
  const { parts, size, name } = await opened(source), { file = name } = options;
  const queue = new ByteQueue(parts);
  return await reading(file, queue, async () => {
    const first = await queue.take(PEEK), start = dataBegin(first, size, file);
    queue.putBack(first);
    const head = await queue.take(start);
    if (head.length < start) dataBegin(first, head.length, file); // Throws: the header is cut.
    return new OpenSafetensors(file, queue, readHead(head, size, file));
  });
}

/** The bytes of a source, how many they are, where that is known, and what they are called. */
async function opened(
  source: SafetensorsSource,
): Promise<{ parts: Parts; size: number; name: string }> {
  const name = source instanceof File ? source.name : "the safetensors data";
  if (source instanceof Blob) return { parts: source.stream(), size: source.size, name };
  if (typeof source !== "string" && !(source instanceof URL)) {
    return { parts: source, size: Infinity, name };
  }
  if (/^(https?|data|blob):/.test(String(source))) {
    throw new DataError(
      `Cannot read ${source} as it must be a file on this machine: current an address. Give the bytes ` +
        "as they come: (await fetch(address)).body",
      { file: String(source), expected: "a file on this machine", found: "an address" },
    );
  }
  const file = await openFile(source), { size } = file;
  const parts = async function* () {
    const into = new Uint8Array(Math.min(size, FROM_FILE)); // The same memory again and again.
    try {
      for (let at = 0; at < size; at += FROM_FILE) {
        yield await file.read(at, Math.min(size, at + FROM_FILE), into);
      }
    } finally {
      await file.close();
    }
  };
  return { parts: parts(), size, name: file.name };
}

/** Reads; what goes wrong ends the reading, and becomes a `DataError`. */
async function reading<T>(file: string, queue: ByteQueue, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    await queue.close().catch(() => {}); // The first error counts.
    throw cause instanceof DataError ? cause : unreadable(file, cause);
  }
}

/** The error of bytes that do not come. */
export function unreadable(file: string, cause: unknown): DataError {
  const found = (cause as Error).message;
  return new DataError(
    `Cannot read ${file} as it must be a file that can be read: current ${found}`,
    { file, expected: "a file that can be read", found, cause },
  );
}

/**
 * A safetensors file whose header is read, and whose tensors come one after the other, once, in the
 * order in which they stand in the file. Made by {@linkcode openSafetensors}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSafetensors, openSafetensors } from "@neurite/nn";
 *
 * const data = new Float32Array([1, 2, 3]);
 * const bytes = encodeSafetensors(new Map([["w", { dtype: "float32", shape: [3], data }]]));
 * const opened = await openSafetensors([bytes]);
 * for await (const { name, begin, values } of opened.pieces()) {
 *   assertEquals([name, begin, values], ["w", 0, data]);
 * }
 * ```
 */
export class OpenSafetensors implements AsyncIterable<[name: string, tensor: SavedTensor]> {
  /** The name of the file, for messages. */
  readonly file: string;
  /** What there is, by name, in the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #queue: ByteQueue;
  readonly #head: Head;

  /** Used by {@linkcode openSafetensors}. */
  constructor(file: string, queue: ByteQueue, head: Head) {
    this.file = file;
    this.metadata = head.metadata;
    this.entries = new Map(
      Array.from(head.entries, ([name, { dtype, shape }]) => [name, { dtype, shape }]),
    );
    this.#queue = queue;
    this.#head = head;
  }

  /**
   * The values of the tensors that are `wanted`, all by default, piece by piece.
   *
   * @throws {DataError} if the file ends early, or has more bytes than its header says, or a number
   * does not fit into float32 or int32.
   */
  async *pieces(
    wanted: (name: string) => boolean = () => true,
  ): AsyncGenerator<SafetensorsPiece, void> {
    for await (const { name, begin, bytes, dtype, offset } of this.#bytes()) {
      if (!wanted(name)) continue;
      const place = { file: this.file, name, dtype, offset };
      yield { name, begin, values: decodeValues(place, bytes) };
    }
  }

  /** The tensors with their names; throws what {@linkcode OpenSafetensors.pieces} throws. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[name: string, tensor: SavedTensor], void> {
    // Made of what has come, and not of what the header promises, which may be too much to hold.
    let list: (Float32Array | Int32Array)[] = [];
    for await (const { name, begin, values } of this.pieces()) {
      list.push(values.slice());
      const { shape } = this.entries.get(name)!, size = shape.reduce((a, b) => a * b, 1);
      if (begin + values.length < size) continue;
      yield [name, savedTensor(shape, together(list, size))];
      list = [];
    }
  }

  /** Ends the reading before all was read; does nothing after that. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  /** The bytes of the tensors in pieces; of a tensor without values an empty one. */
  async *#bytes() {
    const { file } = this, { entries, start } = this.#head, queue = this.#queue;
    const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
    const data = Math.max(0, ...inOrder.map(([, { end }]) => end)), refuse = refuser(file);
    const take = (count: number) => reading(file, queue, () => queue.take(count));
    try {
      for (const [name, { dtype, begin, end }] of inOrder) {
        let at = begin;
        do {
          const count = Math.min(PIECE, end - at), bytes = await take(count);
          if (bytes.length < count) checkLength(queue.taken, start, data, refuse);
          const place = { name, dtype, offset: start + at };
          yield { ...place, begin: (at - begin) / ELEMENT_TYPES.get(dtype)!.bytes, bytes };
          at += count;
        } while (at < end);
      }
      if ((await take(1)).length > 0) checkLength(queue.taken, start, data, refuse);
    } finally {
      await queue.close();
    }
  }
}

/** The values of pieces that follow each other. */
function together(
  list: readonly (Float32Array | Int32Array)[],
  size: number,
): Float32Array | Int32Array {
  const [first] = list;
  if (list.length === 1) return first;
  const whole = first instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
  let at = 0;
  for (const values of list) {
    whole.set(values, at);
    at += values.length;
  }
  return whole;
}
