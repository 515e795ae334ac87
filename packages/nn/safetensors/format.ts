/** The safetensors format: named arrays in one file, read by every framework. */
import { DataError, DTypeError, formatShape, ShapeError } from "@neurite/tensor";
import { joined } from "./byte_queue.ts";
import { ELEMENT_TYPES } from "./element_types.ts";
import { fileKind } from "./file_kind.ts";
import { type Entry, excerpt, METADATA, readHeader } from "./header.ts";

/** An array in a safetensors file. */
export interface SavedTensor {
  /** The element type. */
  dtype: "float32" | "int32";
  /** The sizes, outermost first. */
  shape: readonly number[];
  /** The values in row-major order. */
  data: Float32Array | Int32Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** The arrays by name, in the order of the header. */
  tensors: Map<string, SavedTensor>;
  /** Texts by name. */
  metadata: Record<string, string>;
}

/** How {@linkcode decodeSafetensors} speaks of the bytes. */
export interface DecodeSafetensorsOptions {
  /** The name of the file, for messages. */
  file?: string;
}

/** No header is longer, as in the format's first implementation. */
const LONGEST_HEADER = 100_000_000;
/** Bytes of the number that says how long the header is. */
const PREFIX = 8;

const NAMES = { float32: "F32", int32: "I32" } as const;

/**
 * The parts that a file is made of, to be written one after the other: the header's length and the
 * header, filled up with spaces to a multiple of eight bytes, then the values of each tensor.
 */
export function safetensorsParts(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const members: string[] = [], values: Uint8Array[] = [], texts = Object.entries(metadata);
  for (const [key, text] of texts) {
    if (typeof text === "string" && key.isWellFormed() && text.isWellFormed()) continue;
    throw new TypeError(
      `Cannot write safetensors as metadata must be well-formed strings: current ${typeof text} ` +
        `under ${excerpt(key)}`,
    );
  }
  if (texts.length > 0) {
    const pairs = texts.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    members.push(`"${METADATA}":{${pairs.join()}}`);
  }
  let end = 0;
  for (const [name, tensor] of tensors) {
    check(name, tensor);
    const { dtype, shape, data: { buffer, byteOffset, byteLength } } = tensor, begin = end;
    end += byteLength;
    values.push(new Uint8Array(buffer, byteOffset, byteLength));
    members.push(
      `${JSON.stringify(name)}:` +
        JSON.stringify({ dtype: NAMES[dtype], shape, data_offsets: [begin, end] }),
    );
  }
  const text = new TextEncoder().encode(`{${members.join()}}`);
  const length = 8 * Math.ceil(text.length / 8);
  if (length > LONGEST_HEADER) {
    throw new RangeError(
      `Cannot write safetensors as names and metadata must be shorter than ${LONGEST_HEADER} ` +
        `bytes: current ${length}`,
    );
  }
  const head = new Uint8Array(PREFIX + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, PREFIX);
  return [head, ...values];
}

/** Refuses what cannot be written. */
function check(name: string, { dtype, shape, data }: SavedTensor): void {
  const task = `write tensor ${excerpt(name)}`;
  if (name === METADATA || !name.isWellFormed()) {
    throw new RangeError(
      `Cannot ${task} as a name must be well-formed and other than "${METADATA}": current ` +
        excerpt(name),
    );
  }
  const fits = dtype === "float32" ? data instanceof Float32Array : data instanceof Int32Array;
  if (!Object.hasOwn(NAMES, dtype) || !fits) {
    throw new DTypeError(
      `Cannot ${task} as its values must be a Float32Array for float32 or an Int32Array for ` +
        `int32: current ${data.constructor.name} for ${dtype}`,
    );
  }
  const size = sizeOf(shape);
  if (size !== data.length) {
    throw new ShapeError(
      task,
      `there must be as many values as the shape says`,
      [shape],
      `${data.length} values for ${formatShape(shape)}`,
    );
  }
}

/** The product of sizes, `NaN` where one is not a size or the product is too large to be exact. */
function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) {
    size *= Number.isSafeInteger(n) && n >= 0 ? n : NaN;
    if (!Number.isSafeInteger(size)) return NaN;
  }
  return size;
}

/**
 * A safetensors file as bytes. Element types `F32` and `I32`; the values begin at a multiple of
 * eight bytes.
 *
 * @throws {ShapeError} if there are not as many values as the shape says.
 * @throws {DTypeError} if values and element type do not go together.
 * @throws {RangeError} if a name is `__metadata__`, which the format keeps for itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeSafetensors, encodeSafetensors } from "@neurite/nn";
 *
 * const kernel = { dtype: "float32" as const, shape: [2, 1], data: new Float32Array([0.5, 2]) };
 * const bytes = encodeSafetensors(new Map([["dense/kernel", kernel]]), { author: "me" });
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * assertEquals(tensors.get("dense/kernel"), kernel);
 * assertEquals(metadata, { author: "me" });
 * ```
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata);
  return joined(parts, parts.reduce((sum, { length }) => sum + length, 0));
}

/**
 * Reads the bytes of a safetensors file. `F64`, `F32`, `F16` and `BF16` become float32; `I64`, `I32`,
 * `I16`, `I8`, `U32`, `U16`, `U8` and `BOOL` become int32. Where they need no conversion, the values
 * are views of `bytes`.
 *
 * The file may come from anywhere: nothing is believed before it is checked, and nothing larger than
 * the file is allocated for it. As in the format's first implementation the header is at most 100 MB
 * long, no name comes twice, and the tensors cover the data without a hole or an overlap. Format:
 * https://github.com/huggingface/safetensors
 *
 * @param bytes The whole file.
 * @throws {DataError} if anything is wrong with it, or a number does not fit into float32 or int32;
 * says where, what was expected and what was found.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { decodeSafetensors } from "@neurite/nn";
 * import { DataError } from "@neurite/tensor";
 *
 * const text = new TextEncoder().encode('{"w":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}');
 * const bytes = new Uint8Array([text.length, 0, 0, 0, 0, 0, 0, 0, ...text, 7, 8, 9]);
 * assertEquals([...decodeSafetensors(bytes).tensors.get("w")!.data], [7, 8, 9]);
 *
 * const error = assertThrows(() => decodeSafetensors(bytes.subarray(0, -1)), DataError);
 * assertEquals(error.offset, bytes.length - 1);
 * ```
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { file = "the safetensors data" }: DecodeSafetensorsOptions = {},
): Safetensors {
  const start = dataBegin(bytes, bytes.length, file);
  return decodeTensors(
    readHead(bytes.subarray(0, start), bytes.length, file),
    bytes.subarray(start),
    file,
  );
}

/** Throws the error of what is wrong with a file. */
export type Refuse = (
  rule: string,
  offset: number,
  expected: string,
  found: string | number,
) => never;

/** How a file is refused. */
export function refuser(file: string): Refuse {
  return (rule, offset, expected, found) => {
    throw new DataError(
      `Cannot read ${file} as ${rule}: current ${found} at byte ${offset}, expected ${expected}`,
      { file, offset, expected, found },
    );
  };
}

/** Bytes in front of a file by which other kinds of files are told. */
export const PEEK = 256;

/** Where in a file of `size` bytes, `Infinity` if unknown, the data begin, from its first `PEEK` bytes. */
export function dataBegin(first: Uint8Array, size: number, file: string): number {
  const refuse = refuser(file);
  if (first.length < PREFIX) {
    refuse("safetensors begin with the header's length", 0, "8 bytes or more", first.length);
  }
  const prefix = new DataView(first.buffer, first.byteOffset, PREFIX);
  const length = prefix.getUint32(0, true) + 2 ** 32 * prefix.getUint32(4, true);
  const longest = Math.min(LONGEST_HEADER, size - PREFIX);
  if (length <= longest && first[PREFIX] === 0x7b) return PREFIX + length;
  const other = fileKind(first.subarray(0, PEEK));
  if (other !== undefined) {
    const { kind, remedy } = other;
    throw new DataError(
      `Cannot read ${file} as it must be a safetensors file: current ${kind}. ${remedy}`,
      { file, offset: 0, expected: "a safetensors file", found: kind },
    );
  }
  if (length > longest) {
    const rule = "a safetensors header must end within the file and 100 MB";
    refuse(rule, 0, `at most ${longest}`, length);
  }
  return PREFIX + length;
}

/** What the head of a file says. */
export interface Head {
  /** The tensors by name. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The texts by name. */
  readonly metadata: Record<string, string>;
  /** Where in the file the data begin. */
  readonly start: number;
}

/**
 * Reads the head of a file of `size` bytes, `Infinity` if unknown: all in front of the data. Checks that
 * it fits the file.
 */
export function readHead(head: Uint8Array, size: number, file: string): Head {
  const refuse = refuser(file), text = headerText(head, refuse);
  const refuseText: Refuse = (rule, at, expected, found) =>
    refuse(rule, PREFIX + new TextEncoder().encode(text.slice(0, at)).length, expected, found);
  const { tensors, metadata } = readHeader(
    text,
    (at, expected, found) =>
      refuseText("a safetensors header must describe its tensors", at, expected, found),
  );
  checkCover(tensors, size, head.length, refuse, refuseText);
  return { entries: tensors, metadata: Object.fromEntries(metadata), start: head.length };
}

/** The tensors that a head describes, out of the data behind it. */
export function decodeTensors(
  { entries, metadata, start }: Head,
  data: Uint8Array,
  file: string,
): Safetensors {
  const tensors = new Map<string, SavedTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const place = { file, name, dtype, offset: start + begin };
    tensors.set(name, savedTensor(shape, decodeValues(place, data.subarray(begin, end))));
  }
  return { tensors, metadata };
}

/** An array of these values. */
export function savedTensor(
  shape: readonly number[],
  data: Float32Array | Int32Array,
): SavedTensor {
  return { dtype: data instanceof Float32Array ? "float32" : "int32", shape, data };
}

/** Where in a file values of a tensor are, and of which element type. */
export interface ValuesPlace {
  /** The file. */
  readonly file: string;
  /** The tensor. */
  readonly name: string;
  /** The element type's name. */
  readonly dtype: string;
  /** The first byte. */
  readonly offset: number;
}

/**
 * The values that stand in `bytes`, all of a tensor's or some, as float32 or int32: a view where they
 * stand so. The element types are those of safetensors: `F64`, `F32`, `F16`, `BF16`, `I64`, `I32`, `I16`,
 * `I8`, `U32`, `U16`, `U8`, `BOOL`.
 *
 * @throws {DataError} for a number that does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeValues } from "@neurite/nn";
 *
 * const place = { file: "it", name: "w", dtype: "F16", offset: 0 };
 * assertEquals([...decodeValues(place, Uint8Array.of(0, 0x3c, 0, 0xc0))], [1, -2]);
 * ```
 */
export function decodeValues(
  { file, name, dtype, offset }: ValuesPlace,
  bytes: Uint8Array,
): Float32Array | Int32Array {
  const type = ELEMENT_TYPES.get(dtype)!;
  return type.read(bytes, (index, value) => {
    const kind = dtype.includes("F") ? "float32" : dtype === "BOOL" ? "0 or 1" : "int32";
    const rule = `the values of ${excerpt(name)} must fit`;
    return refuser(file)(rule, offset + index * type.bytes, kind, String(value));
  });
}

/** The text of the header. */
function headerText(head: Uint8Array, refuse: Refuse): string {
  // A byte order mark counts as a character: it is nothing that a header may begin with.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    const text = decoder.decode(head.subarray(PREFIX));
    if (text[0] === "{") return text;
  } catch { /* it is not UTF-8: said below */ }
  const found = [...head.subarray(PREFIX, PREFIX + 8)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return refuse(
    "a safetensors header must be UTF-8 that begins with {",
    PREFIX,
    "7b",
    found || "an empty header",
  );
}

/** Checks that every tensor has its bytes, and that every byte has its tensor. */
function checkCover(
  entries: ReadonlyMap<string, Entry>,
  length: number,
  start: number,
  refuse: Refuse,
  refuseText: Refuse,
): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { dtype, shape, begin, end, at }] of inOrder) {
    const type = ELEMENT_TYPES.get(dtype), tensor = `tensor ${excerpt(name)}`;
    if (type === undefined) {
      const known = [...ELEMENT_TYPES.keys()].join(", ");
      return refuseText(`${tensor} must have a known element type`, at, known, excerpt(dtype));
    }
    const size = type.bytes * sizeOf(shape);
    if (!Number.isSafeInteger(size) || begin + size !== end) {
      const expected = Number.isSafeInteger(size) ? `${size} bytes` : "a size below 2^53 bytes";
      const sizes = shape.length > 8 ? `${shape.length} axes` : formatShape(shape);
      const found = `${end - begin} bytes for ${dtype} ${sizes}`;
      return refuseText(`${tensor} must have the bytes of its shape`, at, expected, found);
    }
    if (begin !== covered) {
      const rule = `${tensor} must begin where the one before it ends`;
      return refuseText(rule, at, `data offset ${covered}`, begin);
    }
    covered = end;
  }
  if (length !== Infinity) checkLength(length, start, covered, refuse);
}

/** Checks that a file of `length` bytes has as many behind its head as that says. */
export function checkLength(length: number, start: number, data: number, refuse: Refuse): void {
  const missing = start + data - length;
  if (missing === 0) return;
  const [what, offset, found] = missing > 0
    ? ["is truncated", length, "the end of the file"]
    : ["has bytes left over", start + data, `${-missing} more bytes`];
  refuse(`it ${what}`, offset, `${data} bytes of data`, found);
}
