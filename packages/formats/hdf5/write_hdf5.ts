/**
 * HDF5 files with groups and arrays of float32: the oldest form, which every reader knows, with the links
 * of a group among its messages, of which there may be any number.
 */
import { padded } from "./cursor.ts";
import { MESSAGE } from "./object_header.ts";

/** An array to be written. */
export interface Hdf5Array {
  /** Its sizes. */
  readonly shape: readonly number[];
  /** Its values, row-major. */
  readonly data: Float32Array;
}

/** Names of groups and arrays. */
interface Tree {
  readonly groups: Map<string, Tree>;
  readonly arrays: Map<string, Hdf5Array>;
}

const NOWHERE = 0xffffffffffffffffn;
const BEGINNING = 96;

/** The file with these arrays, by their paths: `layers/dense/vars/0`. */
export function writeHdf5(arrays: ReadonlyMap<string, Hdf5Array>): Uint8Array<ArrayBuffer>[] {
  const root = treeOf(arrays), parts: Uint8Array<ArrayBuffer>[] = [];
  let end = BEGINNING;
  const add = (bytes: Uint8Array<ArrayBuffer>): number => {
    const at = end, rest = padded(bytes.length) - bytes.length;
    parts.push(bytes, new Uint8Array(rest));
    end += bytes.length + rest;
    return at;
  };
  const addArray = ({ shape, data }: Hdf5Array): number => {
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const at = data.length === 0 ? undefined : add(bytes);
    return add(header([
      [MESSAGE.dataspace, dataspace(shape)],
      [MESSAGE.datatype, FLOAT32],
      [FILL_VALUE, Uint8Array.of(2, 2, 2, 0, 0, 0, 0, 0)],
      [MESSAGE.layout, contiguous(at, data.byteLength)],
    ]));
  };
  const addTree = ({ groups, arrays }: Tree): number => {
    const links = [
      ...Array.from(groups, ([name, tree]) => link(name, addTree(tree))),
      ...Array.from(arrays, ([name, array]) => link(name, addArray(array))),
    ];
    return add(header([
      [MESSAGE.linkInfo, linkInfo()],
      [GROUP_INFO, Uint8Array.of(0, 0)],
      ...links.map((one): [number, Uint8Array] => [MESSAGE.link, one]),
    ]));
  };
  const address = addTree(root);
  return [superblock(address, end), ...parts];
}

const FILL_VALUE = 5, GROUP_INFO = 0xa;

function treeOf(arrays: ReadonlyMap<string, Hdf5Array>): Tree {
  const make = (): Tree => ({ groups: new Map(), arrays: new Map() }), root = make();
  for (const [path, array] of arrays) {
    const names = path.split("/"), last = names.pop()!;
    let tree = root;
    for (const name of names) {
      const next = tree.groups.get(name) ?? make();
      tree.groups.set(name, next);
      tree = next;
    }
    tree.arrays.set(last, array);
  }
  return root;
}

/** Bytes with numbers put in one after the other. */
function packed(
  size: number,
  ...fields: readonly [bytes: 1 | 2 | 4 | 8, value: number | bigint][]
) {
  const bytes = new Uint8Array(size), view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, value] of fields) {
    if (length === 8) view.setBigUint64(at, BigInt(value), true);
    else if (length === 4) view.setUint32(at, Number(value), true);
    else if (length === 2) view.setUint16(at, Number(value), true);
    else view.setUint8(at, Number(value));
    at += length;
  }
  return bytes;
}

/** How a file begins: version 0, addresses and lengths of 8 bytes, the first group. */
function superblock(root: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = packed(
    BEGINNING,
    [8, 0x0a1a0a0d46444889n],
    [4, 0], // Versions of the parts.
    [1, 0],
    [1, 8],
    [1, 8],
    [1, 0],
    [2, 4], // Sizes of trees, of which there are none.
    [2, 16],
    [4, 0],
    [8, 0], // Where the file begins; no list of free space.
    [8, NOWHERE],
    [8, end],
    [8, NOWHERE],
    [8, 0], // The first group: no name, its address, nothing known of it beforehand.
    [8, root],
  );
  return bytes;
}

/** An object: its messages, each with its kind and its length before it. */
function header(messages: readonly [type: number, data: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const length = messages.reduce((sum, [, data]) => sum + 8 + padded(data.length), 0);
  const bytes = packed(16 + length, [1, 1], [1, 0], [2, messages.length], [4, 1], [4, length]);
  let at = 16;
  for (const [type, data] of messages) {
    bytes.set(packed(8, [2, type], [2, padded(data.length)]), at);
    bytes.set(data, at + 8);
    at += 8 + padded(data.length);
  }
  return bytes;
}

/** A shape, version 1. */
function dataspace(shape: readonly number[]): Uint8Array {
  return packed(
    8 + 8 * shape.length,
    [1, 1],
    [1, shape.length],
    [2, 0],
    [4, 0],
    ...shape.map((n): [8, number] => [8, n]),
  );
}

/** The type of IEEE 754's numbers of 32 bits, low byte first: where sign, exponent and fraction are. */
const FLOAT32 = packed(
  20,
  [1, 0x11],
  [1, 0x20],
  [1, 31],
  [1, 0],
  [4, 4],
  [2, 0],
  [2, 32],
  [1, 23],
  [1, 8],
  [1, 0],
  [1, 23],
  [4, 127],
);

/** Values in one piece. */
const contiguous = (at: number | undefined, size: number): Uint8Array =>
  packed(18, [1, 3], [1, 1], [8, at ?? NOWHERE], [8, size]);

/** Links are among the messages, and not in a heap. */
const linkInfo = (): Uint8Array => packed(18, [1, 0], [1, 0], [8, NOWHERE], [8, NOWHERE]);

/** A name, and what it leads to. */
function link(name: string, address: number): Uint8Array {
  const text = new TextEncoder().encode(name), size = 4 + text.length + 8;
  // A length of two bytes, and the words of Unicode.
  const bytes = packed(size + 1, [1, 1], [1, 0b10001], [1, 1], [2, text.length]);
  bytes.set(text, 5);
  new DataView(bytes.buffer).setBigUint64(5 + text.length, BigInt(address), true);
  return bytes;
}
