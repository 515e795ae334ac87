/** The element types of ONNX, and the numbers of tensors in files. */
import type { DType } from "@neurite/tensor";
import { DataError } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { TensorProto } from "./schema.ts";

/** An element type that Neurite computes with. */
export type ElementName =
  | "float"
  | "float16"
  | "bfloat16"
  | "double"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** How an element type is kept. */
export interface ElementType {
  /** Its number in files. */
  readonly number: number;
  /** Its element type here. */
  readonly dtype: DType;
  /** Bytes of an element. */
  readonly bytes: number;
  /** The numbers that stand in `bytes`, low byte first. */
  readonly read: (bytes: Uint8Array) => ArrayLike<number>;
}

/** The bytes as a typed array: a view, or a copy where they do not stand at a multiple of its size. */
function view<T>(
  type: {
    new (buffer: ArrayBufferLike, offset: number, length: number): T;
    BYTES_PER_ELEMENT: number;
  },
  bytes: Uint8Array,
): T {
  const size = type.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0
    ? bytes
    : new Uint8Array(bytes);
  return new type(buffer, byteOffset, length / size);
}

/** The number of half precision whose bits these are. */
export function half(bits: number): number {
  const exponent = bits >> 10 & 31, fraction = bits & 1023, sign = bits >> 15 & 1 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const floats = (bytes: Uint8Array) => view(Float32Array, bytes);
const halves = (bytes: Uint8Array) => Float32Array.from(view(Uint16Array, bytes), half);
const upperHalves = (bytes: Uint8Array) =>
  new Float32Array(Uint32Array.from(view(Uint16Array, bytes), (bits) => bits << 16).buffer);
const doubles = (bytes: Uint8Array) => view(Float64Array, bytes);

/** Integers of 64 bits: of 32 where all of them fit, else the nearest that a number can be. */
function longs(bytes: Uint8Array, signed = true): ArrayLike<number> {
  const words = view(Int32Array, bytes), count = words.length / 2;
  let fits = true;
  for (let i = 0; i < count && fits; i++) {
    fits = words[2 * i + 1] === (signed ? words[2 * i] >> 31 : 0) && (signed || words[2 * i] >= 0);
  }
  if (fits) return Int32Array.from({ length: count }, (_, i) => words[2 * i]);
  return Float64Array.from({ length: count }, (_, i) => {
    const high = signed ? words[2 * i + 1] : words[2 * i + 1] >>> 0;
    return high * 2 ** 32 + (words[2 * i] >>> 0);
  });
}

/** The bits of the number of half precision that is the nearest to a float32; of two the even one. */
function halfBits(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer), sign = bits >>> 16 & 0x8000;
  const rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return sign | 0x7e00;
  if (rest >= 0x477ff000) return sign | 0x7c00; // From 65520 on it is infinite.
  const size = Math.abs(value), exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -14)));
  const steps = size / 2 ** (exponent - 10), floor = Math.floor(steps), more = steps - floor;
  const whole = floor + (more > 0.5 || (more === 0.5 && floor % 2 === 1) ? 1 : 0);
  // A fraction that is full carries over into the exponent, as it should.
  return sign | ((exponent + 14) * 1024 + whole);
}

/** Float32 numbers in the bytes of a type with fractions, low byte first. */
export function floatBytes(type: ElementName, values: Float32Array): Uint8Array {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  if (type === "double") return bytes(Float64Array.from(values));
  if (type === "float16") return bytes(Uint16Array.from(values, halfBits));
  if (type !== "bfloat16") return bytes(values);
  const words = new Uint32Array(values.slice().buffer);
  // To the nearest, of two the even one: what is cut off is half a step, or more.
  return bytes(Uint16Array.from(words, (word) => (word + 0x7fff + (word >>> 16 & 1)) >>> 16));
}

/** The element types by name. */
export const ELEMENT_TYPES: Readonly<Record<ElementName, ElementType>> = {
  float: { number: 1, dtype: "float32", bytes: 4, read: floats },
  uint8: { number: 2, dtype: "int32", bytes: 1, read: (bytes) => bytes },
  int8: { number: 3, dtype: "int32", bytes: 1, read: (bytes) => view(Int8Array, bytes) },
  uint16: { number: 4, dtype: "int32", bytes: 2, read: (bytes) => view(Uint16Array, bytes) },
  int16: { number: 5, dtype: "int32", bytes: 2, read: (bytes) => view(Int16Array, bytes) },
  int32: { number: 6, dtype: "int32", bytes: 4, read: (bytes) => view(Int32Array, bytes) },
  int64: { number: 7, dtype: "int32", bytes: 8, read: longs },
  bool: { number: 9, dtype: "int32", bytes: 1, read: (bytes) => bytes },
  float16: { number: 10, dtype: "float32", bytes: 2, read: halves },
  double: { number: 11, dtype: "float32", bytes: 8, read: doubles },
  uint32: { number: 12, dtype: "int32", bytes: 4, read: (bytes) => view(Uint32Array, bytes) },
  uint64: { number: 13, dtype: "int32", bytes: 8, read: (bytes) => longs(bytes, false) },
  bfloat16: { number: 16, dtype: "float32", bytes: 2, read: upperHalves },
};

/** The names of those that Neurite does not compute with, by their numbers. */
const OTHERS: Readonly<Record<number, string>> = {
  8: "string",
  14: "complex64",
  15: "complex128",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
  24: "float8e8m0",
  25: "uint2",
  26: "int2",
  27: "float6e2m3",
  28: "float6e3m2",
};

const NAMES = new Map(
  Object.entries(ELEMENT_TYPES).map(([name, { number }]) => [number, name as ElementName]),
);

/** The element type of a number, if Neurite computes with it. */
export function elementName(number: number): ElementName | undefined {
  return NAMES.get(number);
}

/** What an element type is called, known or not. */
export function nameOfElement(number: number): string {
  return NAMES.get(number) ?? OTHERS[number] ?? `number ${number}`;
}

/** Whether numbers of this type have fractions. */
export function isFloat(name: ElementName): boolean {
  return ELEMENT_TYPES[name].dtype === "float32";
}

/** A tensor of a file on the host. */
export interface HostTensor {
  /** The element type. */
  readonly type: ElementName;
  /** The sizes. */
  readonly shape: readonly number[];
  /** The numbers, row-major. */
  readonly values: ArrayLike<number>;
}

/** Gives the bytes of another file that a model keeps numbers in. */
export type ExternalData = (location: string) => Uint8Array | undefined;

/** The most axes of a tensor in a file. */
const MOST_AXES = 64;

/**
 * The numbers of a tensor in a file. Throws `DataError` for one whose element type Neurite does not
 * compute with, or that has more or fewer numbers than its shape says.
 */
export function readTensor(proto: TensorProto): HostTensor {
  const { dims = [], dataType = 0, name = "" } = proto, what = quoted(name);
  const type = elementName(dataType);
  if (type === undefined) {
    throw new DataError(
      `Cannot read tensor ${what} as its elements must be of one of the types ${
        Object.keys(ELEMENT_TYPES).join(", ")
      }: current ${nameOfElement(dataType)}`,
    );
  }
  const size = dims.reduce((product, n) => product * n, 1);
  if (dims.length > MOST_AXES || !dims.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new DataError(
      `Cannot read tensor ${what} as its sizes must be integers of at least 0, at most ${MOST_AXES}: ` +
        `current [${dims.slice(0, 8).join(", ")}${dims.length > 8 ? ", ..." : ""}]`,
    );
  }
  const values = numbersOf(proto, type, size);
  if (values.length === size) return { type, shape: dims, values };
  throw new DataError(
    `Cannot read tensor ${what} as shape [${dims.join(", ")}] needs ${size} numbers: current ` +
      values.length,
    { expected: size, found: values.length },
  );
}

function numbersOf(proto: TensorProto, type: ElementName, size: number): ArrayLike<number> {
  const { bytes, read } = ELEMENT_TYPES[type];
  if (proto.dataLocation === 1) return whole(type, read, bytes, externalBytes(proto, undefined));
  if (proto.rawData !== undefined) return whole(type, read, bytes, proto.rawData);
  if (type === "float") return whole(type, read, bytes, joined(proto.floatData));
  if (type === "double") return whole(type, read, bytes, joined(proto.doubleData));
  const field = type === "int64"
    ? proto.int64Data
    : type === "uint32" || type === "uint64"
    ? proto.uint64Data
    : proto.int32Data;
  const list = varints(joined(field), size);
  if (type === "float16") return Float32Array.from(list, half);
  if (type === "bfloat16") return upperHalves(new Uint8Array(Uint16Array.from(list).buffer));
  return list;
}

/** Bytes as numbers; refuses part of one. */
function whole(
  type: ElementName,
  read: ElementType["read"],
  size: number,
  bytes: Uint8Array,
): ArrayLike<number> {
  if (bytes.length % size === 0) return read(bytes);
  throw new DataError(
    `Cannot read numbers of type ${type} as each takes ${size} bytes: current ${bytes.length} bytes`,
  );
}

function joined(parts: readonly Uint8Array[] = []): Uint8Array {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Integers of variable length: as many as there are, but no more than one above `most`. */
function varints(bytes: Uint8Array, most: number): number[] {
  const reader = new BinaryReader(bytes), list: number[] = [];
  try {
    while (reader.pos < reader.len && list.length <= most) list.push(Number(reader.int64()));
  } catch (error) {
    throw new DataError(
      "Cannot read integers of variable length as each must end within ten bytes: current " +
        (error as Error).message,
      { cause: error },
    );
  }
  return list;
}

/** A tensor with its numbers in it, which may stand in another file. */
export function embedded(proto: TensorProto, external: ExternalData | undefined): TensorProto {
  if (proto.dataLocation !== 1) return proto;
  const { dims, dataType, name } = proto;
  return { dims, dataType, name, rawData: externalBytes(proto, external) };
}

/** The bytes of a tensor that stand in another file. */
function externalBytes(proto: TensorProto, external: ExternalData | undefined): Uint8Array {
  const entries = new Map(proto.externalData?.map(({ key, value }) => [key, value]));
  const location = entries.get("location") ?? "", file = external?.(location);
  if (file === undefined) {
    throw new DataError(
      `Cannot read tensor ${quoted(proto.name ?? "")} as its numbers stand in another file, ${
        quoted(location)
      }: current not given. Pass fromOnnx(bytes, { externalData: { [name]: bytes } })`,
    );
  }
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? file.length - offset);
  if (offset >= 0 && length >= 0 && offset + length <= file.length) {
    return file.subarray(offset, offset + length);
  }
  throw new DataError(
    `Cannot read tensor ${quoted(proto.name ?? "")} as bytes ${offset} to ${
      offset + length
    } must ` +
      `lie within ${quoted(location)}: current ${file.length} bytes`,
  );
}
