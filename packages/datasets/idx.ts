/** The IDX format, in which MNIST and its relatives are published. */
import { DataError, type NdArray, ndarray, type TypedArray } from "@neurite/tensor";
import { hex, isGzip } from "./gunzip.ts";

interface ElementType {
  bytes: number;
  read(view: DataView, offset: number, length: number): TypedArray;
}

/** The element types, by the third byte of the file. Numbers are stored with the high byte first. */
const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: {
    bytes: 1,
    read: (view, offset, length) =>
      new Uint8Array(view.buffer, view.byteOffset + offset, length).slice(),
  },
  0x09: {
    bytes: 1,
    read: (view, offset, length) =>
      new Int8Array(view.buffer, view.byteOffset + offset, length).slice(),
  },
  0x0b: {
    bytes: 2,
    read: (view, offset, length) =>
      Int16Array.from({ length }, (_, i) => view.getInt16(offset + 2 * i)),
  },
  0x0c: {
    bytes: 4,
    read: (view, offset, length) =>
      Int32Array.from({ length }, (_, i) => view.getInt32(offset + 4 * i)),
  },
  0x0d: {
    bytes: 4,
    read: (view, offset, length) =>
      Float32Array.from({ length }, (_, i) => view.getFloat32(offset + 4 * i)),
  },
  0x0e: {
    bytes: 8,
    read: (view, offset, length) =>
      Float64Array.from({ length }, (_, i) => view.getFloat64(offset + 8 * i)),
  },
};

const MOST_DIMENSIONS = 8;

/**
 * Reads an IDX file (decompressed): two zero bytes, the element type, the number of dimensions, each
 * dimension in four bytes, then the elements in row-major order. Every number has its high byte
 * first. The types are unsigned and signed bytes, 16- and 32-bit integers, and 32- and 64-bit
 * floating point.
 *
 * Nothing is allocated before the size in the header agrees with the size of the file. The result
 * owns its data. Format: http://yann.lecun.com/exdb/mnist/
 *
 * @param bytes The whole file.
 * @param file Its name, for messages.
 * @throws {DataError} if it is not IDX, is truncated, or has bytes left over.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readIdx } from "@neurite/datasets";
 *
 * const header = [0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3]; // bytes, two dimensions, [2, 3]
 * const table = readIdx(new Uint8Array([...header, 1, 2, 3, 4, 5, 6]));
 * assertEquals(table.shape, [2, 3]);
 * assertEquals(table.get(1, 0), 4);
 * ```
 */
export function readIdx(bytes: Uint8Array, file = "the IDX data"): NdArray {
  const refuse = (
    rule: string,
    offset: number,
    expected: string | number,
    found: string | number,
    remedy = "",
  ) =>
    new DataError(`Cannot read ${file} as ${rule}: current ${found} at byte ${offset}${remedy}`, {
      file,
      offset,
      expected,
      found,
    });

  const magic = bytes.subarray(0, 4), start = magic.length ? hex(magic) : "an empty file";
  if (magic.length < 4 || magic[0] !== 0 || magic[1] !== 0) {
    throw refuse(
      "IDX starts with two zero bytes, a type and a number of dimensions",
      0,
      "00 00 <type> <dimensions>",
      isGzip(bytes) ? `gzip (${start})` : start,
      isGzip(bytes) ? '. Decompress it first, as DecompressionStream("gzip") does' : "",
    );
  }
  const type = TYPES[magic[2]], rank = magic[3];
  if (!type) {
    const known = Object.keys(TYPES).map((code) => hex(Uint8Array.of(Number(code)))).join(", ");
    throw refuse(`an IDX type is one of ${known}`, 2, known, hex(magic.subarray(2, 3)));
  }
  if (rank < 1 || rank > MOST_DIMENSIONS) {
    const expected = `1 to ${MOST_DIMENSIONS}`;
    throw refuse(`an IDX file here has ${expected} dimensions`, 3, expected, rank);
  }
  const header = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header) {
    const expected = `${header} bytes or more`;
    throw refuse(
      `its ${rank} dimensions take ${expected} (it is truncated)`,
      bytes.length,
      expected,
      "the end of the file",
    );
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = header + length * type.bytes;
  if (bytes.length !== expected) {
    const [what, offset, found] = bytes.length < expected
      ? ["it is truncated", bytes.length, "the end of the file"]
      : ["it is of another kind or damaged", expected, `${bytes.length - expected} more bytes`];
    throw refuse(
      `its shape [${shape.join(", ")}] makes ${expected} bytes (${what})`,
      offset,
      `${expected} bytes`,
      found,
    );
  }
  return ndarray(type.read(view, header, length), shape);
}
