/** The values of a data set of an HDF5 file: in one piece, or in chunks that may be compressed. */
import { decodeValues } from "@neurite/nn";
import { inflate } from "../inflate.ts";
import { type Cursor, type Hdf5Bytes, NOWHERE, padded } from "./cursor.ts";
import { type Datatype, readDatatype, readShape, sizeOf } from "./datatype.ts";
import { MESSAGE, type Message } from "./object_header.ts";

/** Filters of chunks: zlib, bytes of one rank together, a sum behind. */
const DEFLATE = 1, SHUFFLE = 2, FLETCHER32 = 3;
const COMPACT = 0, CONTIGUOUS = 1, CHUNKED = 2;
/** How many bytes one of a compressed file may give. */
const MOST_TIMES_SIZE = 100;

/** An array in an HDF5 file. */
export class Hdf5Dataset {
  /** Its sizes. */
  readonly shape: readonly number[];
  /** The type of its values. */
  readonly type: Datatype;
  readonly #source: Hdf5Bytes;
  readonly #path: string;
  readonly #layout: Message;
  readonly #filters: readonly number[];

  /** Reads what is said of it. */
  constructor(source: Hdf5Bytes, messages: readonly Message[], path: string) {
    const get = (type: number): Message => {
      const found = messages.find((message) => message.type === type);
      if (found !== undefined) return found;
      return source.refuse(
        `${path} must be a data set`,
        messages[0]?.at ?? 0,
        `message ${type}`,
        "none",
      );
    };
    const [space, type] = [get(MESSAGE.dataspace), get(MESSAGE.datatype)];
    this.#source = source;
    this.#path = path;
    this.shape = readShape(source, source.at(space.at, space.end)) ?? [0];
    this.type = readDatatype(source, source.at(type.at, type.end));
    this.#layout = get(MESSAGE.layout);
    const filters = messages.find((message) => message.type === MESSAGE.filters);
    this.#filters = filters === undefined ? [] : readFilters(source, filters);
  }

  /** How many values it has. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The numbers, as float32 or int32; a view of the file where they stand there so.
   *
   * @throws {DataError} for texts, or where the file has less than it says.
   */
  async read(): Promise<Float32Array | Int32Array> {
    const { type: { kind, dtype, size, bigEndian } } = this, source = this.#source;
    if (kind !== "number") {
      source.refuse(`${this.#path} must have numbers`, this.#layout.at, "numbers", kind);
    }
    const { bytes, offset } = await this.#bytes();
    const ordered = bigEndian ? swapped(bytes, size) : bytes;
    return decodeValues({ file: source.file, name: this.#path, dtype, offset }, ordered);
  }

  /** The bytes of the values, and where they begin. */
  async #bytes(): Promise<{ bytes: Uint8Array<ArrayBuffer>; offset: number }> {
    const source = this.#source, { at, end } = this.#layout, cursor = source.at(at, end);
    const needed = this.size * this.type.size, version = cursor.version("a layout", 3, 4);
    const layout = cursor.uint(1);
    if (layout === COMPACT) {
      const length = cursor.uint(2), offset = cursor.at;
      return { bytes: this.#whole(cursor.take(length), needed), offset };
    }
    if (layout === CONTIGUOUS) {
      const address = cursor.uint(8);
      if (needed === 0) return { bytes: new Uint8Array(), offset: at };
      return { bytes: source.at(address).take(needed), offset: address };
    }
    if (layout === CHUNKED && version === 3) {
      return { bytes: await this.#chunks(cursor, needed), offset: at };
    }
    return source.refuse(
      `${this.#path} must be stored in a known way`,
      at,
      "one piece or chunks",
      layout,
    );
  }

  #whole(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
    if (bytes.length >= needed) return bytes.subarray(0, needed);
    return this.#source.refuse(
      `${this.#path} must be whole`,
      this.#layout.at,
      needed,
      bytes.length,
    );
  }

  /** The values out of chunks, each with its own place. */
  async #chunks(cursor: Cursor, needed: number): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.#source, { shape, type: { size } } = this, rank = cursor.uint(1) - 1;
    const address = cursor.uint(8), sizes = Array.from({ length: rank }, () => cursor.uint(4));
    const length = sizeOf(sizes) * size;
    if (rank !== shape.length || !(length > 0) || cursor.uint(4) !== size) {
      source.refuse(`${this.#path} must have chunks`, cursor.at, `${shape.length} axes`, rank);
    }
    const chunks = address === NOWHERE ? [] : chunksIn(source, address, rank);
    const stored = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    const most = this.#filters.length === 0 ? stored : MOST_TIMES_SIZE * stored;
    if (needed > most) {
      source.refuse(
        `${this.#path} must not be a bomb`,
        this.#layout.at,
        `at most ${most} bytes`,
        needed,
      );
    }
    const whole = new Uint8Array(needed);
    for (const { at, size: packed, offsets, mask } of chunks) {
      const outside = offsets.some((n, i) => !(n < shape[i]) || n % sizes[i] !== 0);
      if (outside) {
        source.refuse(
          "a chunk must be in its data set",
          at,
          shape.join(" x "),
          offsets.join(" x "),
        );
      }
      const raw = source.at(at).take(packed);
      const values = await this.#unfiltered(raw, mask, length);
      place(values, offsets, sizes, whole, shape, size);
    }
    return whole;
  }

  /** The values of a chunk as they were before the filters, of which `mask` leaves some out. */
  async #unfiltered(
    raw: Uint8Array<ArrayBuffer>,
    mask: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = raw;
    for (let i = this.#filters.length - 1; i >= 0; i--) {
      if (mask >> i & 1) continue;
      const filter = this.#filters[i];
      if (filter === DEFLATE) bytes = await inflated(bytes, length + 4, this.#source, this.#path);
      else if (filter === SHUFFLE) bytes = unshuffled(bytes, this.type.size);
      else bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
    }
    return this.#whole(bytes, length);
  }
}

/** A chunk of a data set. */
interface Chunk {
  readonly at: number;
  readonly size: number;
  readonly offsets: readonly number[];
  readonly mask: number;
}

/** The chunks that a tree lists. */
function chunksIn(source: Hdf5Bytes, root: number, rank: number): Chunk[] {
  const chunks: Chunk[] = [], seen = new Set<number>(), nodes = [root];
  for (const address of nodes) {
    if (seen.has(address)) {
      source.refuse("a tree must have no circle", address, "a new node", "one");
    }
    seen.add(address);
    const cursor = source.at(address);
    cursor.expect("TREE");
    cursor.version("a tree of chunks", 1);
    const level = cursor.uint(1), count = cursor.uint(2);
    cursor.skip(16);
    for (let i = 0; i < count; i++) {
      const size = cursor.uint(4), mask = cursor.uint(4);
      const offsets = Array.from({ length: rank + 1 }, () => cursor.uint(8)).slice(0, rank);
      const at = cursor.uint(8);
      if (level > 0) nodes.push(at);
      else chunks.push({ at, size, offsets, mask });
    }
  }
  return chunks;
}

/** Puts the values of a chunk to where they are in the whole. */
function place(
  values: Uint8Array,
  offsets: readonly number[],
  sizes: readonly number[],
  whole: Uint8Array,
  shape: readonly number[],
  size: number,
): void {
  const rank = shape.length, there = sizes.map((n, i) => Math.min(n, shape[i] - offsets[i]));
  const row = (rank === 0 ? 1 : there[rank - 1]) * size, rows = sizeOf(there.slice(0, -1));
  const index = there.map(() => 0);
  for (let r = 0; r < rows; r++) {
    let from = 0, to = 0;
    for (let axis = 0; axis < rank; axis++) {
      from = from * sizes[axis] + index[axis];
      to = to * shape[axis] + offsets[axis] + index[axis];
    }
    whole.set(values.subarray(from * size, from * size + row), to * size);
    for (let axis = rank - 2; axis >= 0; axis--) {
      if (++index[axis] < there[axis]) break;
      index[axis] = 0;
    }
  }
}

/** The filters of a data set in the order in which they were applied. */
function readFilters(source: Hdf5Bytes, { at, end }: Message): number[] {
  const cursor = source.at(at, end), version = cursor.version("a list of filters", 1, 2);
  const count = cursor.uint(1);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const begin = cursor.at, id = cursor.uint(2);
    const name = version === 1 || id >= 256 ? cursor.uint(2) : 0;
    cursor.skip(2);
    const values = cursor.uint(2);
    cursor.skip(version === 1 ? padded(name) : name);
    cursor.skip(4 * (version === 1 ? values + values % 2 : values));
    if (id === DEFLATE || id === SHUFFLE || id === FLETCHER32) return id;
    return source.refuse("chunks must be plain or compressed by gzip", begin, "filters 1 to 3", id);
  });
}

/** What zlib made smaller; no more than `most` bytes are made. */
async function inflated(
  data: Uint8Array<ArrayBuffer>,
  most: number,
  { refuse, bytes }: Hdf5Bytes,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await inflate(data, "deflate", most);
  } catch (error) {
    const at = data.byteOffset - bytes.byteOffset, { message } = error as Error;
    return refuse(`a chunk of ${path} must be whole`, at, `at most ${most} bytes of zlib`, message);
  }
}

/** Elements of bytes that stood rank by rank. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const count = Math.floor(bytes.length / size), out = new Uint8Array(bytes);
  for (let rank = 0; rank < size; rank++) {
    for (let i = 0; i < count; i++) out[i * size + rank] = bytes[rank * count + i];
  }
  return out;
}

/** Numbers with their bytes in the other order. */
function swapped(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i - i % size + size - 1 - i % size];
  return out;
}
