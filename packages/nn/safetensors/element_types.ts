/** The element types of safetensors files, and how their numbers become float32 or int32. */

/** Says that element `index` does not fit. */
export type Misfit = (index: number, value: number | bigint) => never;

/** An element type of a file. */
export interface ElementType {
  /** Bytes of an element. */
  readonly bytes: number;
  /** The numbers that stand in `bytes`, low byte first; a view of them where that is possible. */
  readonly read: (bytes: Uint8Array, misfit: Misfit) => Float32Array | Int32Array;
}

/** The bytes as a typed array: a view, or a copy where they do not stand at a multiple of its size. */
function view<T>(
  type: { new (buffer: ArrayBufferLike, offset: number, length: number): T },
  size: number,
  bytes: Uint8Array,
): T {
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0
    ? bytes
    : new Uint8Array(bytes);
  return new type(buffer, byteOffset, length / size);
}

/** Numbers that a float32 holds, or is the nearest to; finite ones must stay finite. */
function float64(bytes: Uint8Array, misfit: Misfit): Float32Array {
  const values = view(Float64Array, 8, bytes), out = Float32Array.from(values);
  for (let i = 0; i < out.length; i++) {
    if (Math.abs(out[i]) === Infinity && Number.isFinite(values[i])) misfit(i, values[i]);
  }
  return out;
}

/** IEEE 754 half precision: a sign, 5 bits of exponent, 10 of fraction. Every one fits. */
function float16(bytes: Uint8Array): Float32Array {
  return Float32Array.from(view(Uint16Array, 2, bytes), (bits) => {
    const exponent = bits >> 10 & 31, fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/** The upper half of a float32. Every one fits. */
function bfloat16(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint32Array.from(view(Uint16Array, 2, bytes), (b) => b << 16).buffer);
}

/** Integers of 64 bits, which fit if the upper half only repeats the sign of the lower one. */
function int64(bytes: Uint8Array, misfit: Misfit): Int32Array {
  const words = view(Int32Array, 4, bytes), out = new Int32Array(words.length / 2);
  for (let i = 0; i < out.length; i++) {
    const low = words[2 * i], high = words[2 * i + 1];
    if (high !== low >> 31) misfit(i, BigInt(high) << 32n | BigInt(low >>> 0));
    out[i] = low;
  }
  return out;
}

function uint32(bytes: Uint8Array, misfit: Misfit): Int32Array {
  const out = view(Int32Array, 4, bytes);
  for (let i = 0; i < out.length; i++) if (out[i] < 0) misfit(i, out[i] >>> 0);
  return out;
}

function bool(bytes: Uint8Array, misfit: Misfit): Int32Array {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 1) misfit(i, bytes[i]);
  return Int32Array.from(bytes);
}

/** The element types that are read, by their names in files. */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ["F64", { bytes: 8, read: float64 }],
  ["F32", { bytes: 4, read: (bytes) => view(Float32Array, 4, bytes) }],
  ["F16", { bytes: 2, read: float16 }],
  ["BF16", { bytes: 2, read: bfloat16 }],
  ["I64", { bytes: 8, read: int64 }],
  ["I32", { bytes: 4, read: (bytes) => view(Int32Array, 4, bytes) }],
  ["I16", { bytes: 2, read: (bytes) => Int32Array.from(view(Int16Array, 2, bytes)) }],
  ["I8", { bytes: 1, read: (bytes) => Int32Array.from(view(Int8Array, 1, bytes)) }],
  ["U32", { bytes: 4, read: uint32 }],
  ["U16", { bytes: 2, read: (bytes) => Int32Array.from(view(Uint16Array, 2, bytes)) }],
  ["U8", { bytes: 1, read: (bytes) => Int32Array.from(bytes) }],
  ["BOOL", { bytes: 1, read: bool }],
]);
