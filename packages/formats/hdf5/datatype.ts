/** Types and shapes of values in an HDF5 file. */
import type { Cursor, Hdf5Bytes } from "./cursor.ts";

/** What kind of values there are. */
export interface Datatype {
  /** Numbers, texts of one length, or texts of any length, which stand elsewhere. */
  readonly kind: "number" | "text" | "texts elsewhere";
  /** Bytes of one. */
  readonly size: number;
  /** The name that safetensors has for the type of numbers: `F32`. */
  readonly dtype: string;
  /** Whether numbers have their high byte first. */
  readonly bigEndian: boolean;
}

const FIXED = 0, FLOAT = 1, TEXT = 3, ENUMERATION = 8, VARIABLE = 9;

/** Reads a type. */
export function readDatatype(source: Hdf5Bytes, cursor: Cursor): Datatype {
  const at = cursor.at, head = cursor.uint(1), kind = head & 15, version = head >> 4;
  if (version < 1 || version > 4) {
    source.refuse("a type of an HDF5 file must be of a known version", at, "1 to 4", version);
  }
  const bits = cursor.uint(1), more = cursor.uint(1);
  cursor.skip(1);
  const size = cursor.uint(4), common = { size, bigEndian: (bits & 1) === 1 };
  const whole = [1, 2, 4, 8].includes(size);
  if (kind === FIXED && whole) {
    return { kind: "number", dtype: `${bits & 8 ? "I" : "U"}${8 * size}`, ...common };
  }
  if (kind === FLOAT && whole && size > 1 && !(bits & 64)) {
    // The place of the first bit and their number, then the place and the number of the exponent's.
    cursor.skip(4);
    const at = cursor.uint(1), count = cursor.uint(1), upper = at === 7 && count === 8;
    return { kind: "number", dtype: size === 2 && upper ? "BF16" : `F${8 * size}`, ...common };
  }
  if (kind === TEXT && size > 0) return { kind: "text", dtype: "", ...common, bigEndian: false };
  if (kind === ENUMERATION) return readDatatype(source, cursor);
  if (kind === VARIABLE && (bits & 15) === 1) {
    return { kind: "texts elsewhere", size: 16, dtype: "", bigEndian: false };
  }
  const found = `class ${kind} of ${size} bytes (${bits}, ${more})`;
  return source.refuse("values of an HDF5 file must be numbers or texts", at, "such a type", found);
}

/** The most axes of an array. */
const MOST_AXES = 32;

/** Reads a shape; `undefined` for one that has no values at all. */
export function readShape(source: Hdf5Bytes, cursor: Cursor): number[] | undefined {
  const at = cursor.at, version = cursor.version("a shape", 1, 2), rank = cursor.uint(1);
  if (rank > MOST_AXES) {
    source.refuse("a shape must be small", at, `at most ${MOST_AXES} axes`, rank);
  }
  cursor.skip(1);
  const kind = cursor.uint(1);
  if (version === 1) cursor.skip(4);
  else if (kind === 2) return undefined;
  const shape = Array.from({ length: rank }, () => cursor.uint(8));
  if (shape.every(Number.isSafeInteger) && Number.isSafeInteger(sizeOf(shape))) return shape;
  return source.refuse("a shape must be small", at, "sizes below 2^53", shape.join(" x "));
}

/** The number of elements. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
