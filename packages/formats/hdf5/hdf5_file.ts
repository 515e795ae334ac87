/**
 * HDF5 files, as far as files of models need them: groups, arrays of numbers, and attributes that are
 * texts or numbers. Every address is checked before it is followed, and none is followed twice, so that a
 * damaged or hostile file is refused and nothing else; the C library, compiled for pages, runs without end
 * on some.
 *
 * From the specification: The HDF Group, "HDF5 File Format Specification Version 3.0".
 */
import { wrongKind } from "../refuse.ts";
import { Hdf5Bytes, NOWHERE, padded, text } from "./cursor.ts";
import { Hdf5Dataset } from "./dataset.ts";
import { type Datatype, readDatatype, readShape, sizeOf } from "./datatype.ts";
import { MESSAGE, type Message, readMessages } from "./object_header.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** The group that a file begins with. */
export function openHdf5(bytes: Uint8Array<ArrayBuffer>, file: string): Hdf5Group {
  if (!isHdf5(bytes)) throw wrongKind(file, bytes, "an HDF5 file (.h5)");
  const source = new Hdf5Bytes(bytes, file), cursor = source.at(SIGNATURE.length);
  const version = cursor.version("the beginning", 0, 1, 2, 3);
  if (version < 2) cursor.skip(4);
  const at = cursor.at, sizes = [cursor.uint(1), cursor.uint(1)];
  if (sizes.some((size) => size !== 8)) {
    source.refuse(
      "addresses and lengths of an HDF5 file must have 8 bytes",
      at,
      8,
      sizes.join(" and "),
    );
  }
  cursor.skip(version < 2 ? 9 + 4 * version : 1);
  if (cursor.uint(8) !== 0) {
    source.refuse("an HDF5 file must begin at its beginning", at, 0, "elsewhere");
  }
  cursor.skip(version < 2 ? 32 : 16);
  return new Hdf5Group(source, cursor.uint(8), "/", new Map());
}

/** A group: names of other groups and of arrays. */
export class Hdf5Group {
  /** Its path. */
  readonly path: string;
  readonly #source: Hdf5Bytes;
  readonly #known: Map<number, Hdf5Group | Hdf5Dataset>;
  readonly #messages: readonly Message[];
  #links: Map<string, number> | undefined;

  /** Used by {@linkcode openHdf5}; `known` has the objects that were read before, by their addresses. */
  constructor(
    source: Hdf5Bytes,
    address: number,
    path: string,
    known: Map<number, Hdf5Group | Hdf5Dataset>,
    messages: readonly Message[] = readMessages(source, address),
  ) {
    this.path = path;
    this.#source = source;
    this.#known = known;
    this.#messages = messages;
  }

  /** The names in it. */
  get names(): string[] {
    return [...this.#all.keys()];
  }

  get #all(): Map<string, number> {
    return this.#links ??= linksOf(this.#source, this.#messages);
  }

  /** The object of a path in it, `layers/dense/vars`; `undefined` where there is none. */
  get(path: string): Hdf5Group | Hdf5Dataset | undefined {
    const [name, ...rest] = path.split("/").filter((name) => name !== "");
    const found = name === undefined ? this : this.#child(name);
    if (rest.length === 0) return found;
    return found instanceof Hdf5Group ? found.get(rest.join("/")) : undefined;
  }

  /** The group of a path; `undefined` where there is none. */
  group(path: string): Hdf5Group | undefined {
    const found = this.get(path);
    return found instanceof Hdf5Group ? found : undefined;
  }

  /** The array of a path; `undefined` where there is none. */
  dataset(path: string): Hdf5Dataset | undefined {
    const found = this.get(path);
    return found instanceof Hdf5Dataset ? found : undefined;
  }

  #child(name: string): Hdf5Group | Hdf5Dataset | undefined {
    const address = this.#all.get(name);
    if (address === undefined) return undefined;
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const messages = readMessages(this.#source, address), path = `${this.path}${name}`;
    const isArray = messages.some(({ type }) => type === MESSAGE.dataspace);
    const made = isArray
      ? new Hdf5Dataset(this.#source, messages, path)
      : new Hdf5Group(this.#source, address, `${path}/`, this.#known, messages);
    this.#known.set(address, made);
    return made;
  }

  /** The texts of an attribute, one or several; `undefined` where there is none, or it is no text. */
  texts(name: string): string[] | undefined {
    for (const message of this.#messages) {
      if (message.type !== MESSAGE.attribute) continue;
      const found = readAttribute(this.#source, message, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The links of a group, by their names: in a table beside it, or among its messages. */
function linksOf(source: Hdf5Bytes, messages: readonly Message[]): Map<string, number> {
  const links = new Map<string, number>();
  for (const { type, at, end } of messages) {
    const cursor = source.at(at, end);
    if (type === MESSAGE.symbolTable) addTable(source, cursor.uint(8), cursor.uint(8), links);
    if (type === MESSAGE.link) addLink(source, at, end, links);
    if (type !== MESSAGE.linkInfo) continue;
    cursor.version("a group", 0);
    if (cursor.uint(1) & 1) cursor.skip(8);
    if (cursor.uint(8) === NOWHERE) continue;
    source.refuse(
      'a group must be stored as h5py does by default; write it with libver="earliest"',
      at,
      "a list of links",
      "a heap",
    );
  }
  return links;
}

/** The links of a message. */
function addLink(source: Hdf5Bytes, at: number, end: number, links: Map<string, number>): void {
  const cursor = source.at(at, end);
  cursor.version("a link", 1);
  const flags = cursor.uint(1), type = flags & 8 ? cursor.uint(1) : 0;
  if (flags & 4) cursor.skip(8);
  if (flags & 16) cursor.skip(1);
  const name = new TextDecoder().decode(cursor.take(cursor.uint(1 << (flags & 3))));
  if (type === 0) links.set(name, cursor.uint(8)); // Others lead elsewhere, to other files, too.
}

/** The links of a table: a tree of nodes with names, which stand in a heap. */
function addTable(source: Hdf5Bytes, root: number, heap: number, links: Map<string, number>): void {
  const head = source.at(heap);
  head.expect("HEAP");
  head.version("a heap of names", 0);
  head.skip(3);
  const length = head.uint(8);
  head.skip(8);
  const names = source.at(head.uint(8)).take(length), seen = new Set<number>(), nodes = [root];
  for (const address of nodes) {
    if (seen.has(address)) {
      source.refuse("a tree must have no circle", address, "a new node", "one");
    }
    seen.add(address);
    const cursor = source.at(address);
    if (source.bytes[address] === 0x54) { // "TREE"
      cursor.expect("TREE");
      cursor.version("a tree of names", 0);
      cursor.skip(1);
      const count = cursor.uint(2);
      cursor.skip(16);
      for (let i = 0; i < count; i++) {
        cursor.skip(8);
        nodes.push(cursor.uint(8));
      }
      continue;
    }
    cursor.expect("SNOD");
    cursor.version("a node of names", 1);
    cursor.skip(1);
    const count = cursor.uint(2);
    for (let i = 0; i < count; i++) {
      const at = cursor.at, name = cursor.uint(8), target = cursor.uint(8), cache = cursor.uint(4);
      cursor.skip(20);
      if (!(name < length)) {
        source.refuse("a name must be in its heap", at, `below ${length}`, name);
      }
      // A symbolic link leads by a name, perhaps in a circle.
      if (cache !== 2) links.set(text(names.subarray(name, name + LONGEST_NAME)), target);
    }
  }
}

/** Bytes of a name. */
const LONGEST_NAME = 4096;

/** The texts of an attribute if it has this name. */
function readAttribute(
  source: Hdf5Bytes,
  { at, end }: Message,
  name: string,
): string[] | undefined {
  const cursor = source.at(at, end), version = cursor.version("an attribute", 1, 2, 3);
  const flags = cursor.uint(1), sizes = [cursor.uint(2), cursor.uint(2), cursor.uint(2)];
  if (version === 3) cursor.skip(1);
  const size = (i: number) => version === 1 ? padded(sizes[i]) : sizes[i];
  if (text(cursor.take(size(0))) !== name) return undefined;
  if (version > 1 && flags & 3) {
    source.refuse("an attribute must have its own type", at, "a type", "a reference to one");
  }
  const typeAt = cursor.skip(size(1)), shapeAt = cursor.skip(size(2));
  const type = readDatatype(source, source.at(typeAt, typeAt + size(1)));
  const count = sizeOf(readShape(source, source.at(shapeAt, shapeAt + size(2))) ?? [0]);
  if (type.kind === "number") return count === 0 ? [] : undefined;
  const values = cursor.take(count * type.size);
  return textsOf(source, values, type, count);
}

/** Texts as they stand one after the other, or each at another place. */
function textsOf(
  source: Hdf5Bytes,
  values: Uint8Array,
  { kind, size }: Datatype,
  count: number,
): string[] {
  if (kind === "text") {
    return Array.from({ length: count }, (_, i) => text(values.subarray(i * size, (i + 1) * size)));
  }
  const heaps = new Map<number, Map<number, Uint8Array>>();
  return Array.from({ length: count }, (_, i) => {
    const cursor = source.at(values.byteOffset - source.bytes.byteOffset + i * size);
    const length = cursor.uint(4), address = cursor.uint(8), index = cursor.uint(4);
    if (length === 0) return "";
    const heap = heaps.get(address) ?? readHeap(source, address);
    heaps.set(address, heap);
    const found = heap.get(index);
    if (found === undefined || found.length < length) {
      source.refuse(
        "a text must be in its heap",
        cursor.at,
        `${length} bytes`,
        found?.length ?? "none",
      );
    }
    return text(found.subarray(0, length));
  });
}

/** The objects of a heap that the whole file shares, by their numbers. */
function readHeap(source: Hdf5Bytes, address: number): Map<number, Uint8Array> {
  const head = source.at(address);
  head.expect("GCOL");
  head.version("a heap", 1);
  head.skip(3);
  const cursor = source.at(head.at + 8, address + head.uint(8)),
    objects = new Map<number, Uint8Array>();
  while (cursor.left >= 16) {
    const index = cursor.uint(2);
    cursor.skip(6);
    const size = cursor.uint(8);
    if (index === 0) break; // The rest is free.
    objects.set(index, cursor.take(size));
    cursor.skip(Math.min(cursor.left, padded(size) - size));
  }
  return objects;
}
