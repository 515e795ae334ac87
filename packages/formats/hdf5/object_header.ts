/** What stands in front of every group and data set of an HDF5 file: a list of messages. */
import type { Cursor, Hdf5Bytes } from "./cursor.ts";

/** A message: what kind it is, and where it stands. */
export interface Message {
  /** The number of its kind. */
  readonly type: number;
  /** Where its data begin. */
  readonly at: number;
  /** Where they end. */
  readonly end: number;
}

/** Kinds of messages. */
export const MESSAGE = {
  dataspace: 0x1,
  linkInfo: 0x2,
  datatype: 0x3,
  link: 0x6,
  layout: 0x8,
  filters: 0xb,
  attribute: 0xc,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** Messages of one object: a group with as many links has a million weights. */
const MOST_MESSAGES = 100_000;

/** The flag of a message that stands elsewhere in the file. */
const SHARED = 2;

/** The messages of the object at an address. */
export function readMessages(source: Hdf5Bytes, address: number): Message[] {
  const cursor = source.at(address), messages: Message[] = [], seen = new Set<number>();
  const newer = source.bytes[address] === 0x4f; // "OHDR"
  const header = newer ? newHeader(cursor) : oldHeader(cursor);
  const blocks: { at: number; length: number }[] = [{ at: cursor.at, length: header.length }];
  for (const { at, length } of blocks) {
    if (seen.has(at)) {
      source.refuse("an object must not continue in a circle", at, "a new place", "one");
    }
    seen.add(at);
    source.at(at).skip(length);
    const block = source.at(at, at + length);
    while (block.left >= header.prefix) {
      const type = block.uint(newer ? 1 : 2), size = block.uint(2), flags = block.uint(1);
      block.skip(header.prefix - (newer ? 4 : 5));
      const begin = block.skip(size), end = begin + size;
      if (type === MESSAGE.continuation) {
        const next = source.at(begin, end), place = next.uint(8), room = next.uint(8);
        if (newer) source.at(place).expect("OCHK");
        // A newer block has its name in front and a sum behind.
        blocks.push(newer ? { at: place + 4, length: room - 8 } : { at: place, length: room });
      } else if (flags & SHARED && type !== MESSAGE.attribute && type !== 0) {
        source.refuse("an object must have its own type", begin, "a message", "a reference to one");
      } else {
        messages.push({ type, at: begin, end });
      }
      if (messages.length + blocks.length > MOST_MESSAGES) {
        source.refuse("an object must be small", at, `at most ${MOST_MESSAGES} messages`, "more");
      }
    }
  }
  return messages;
}

/** How long the first block of messages is, and what stands before each message. */
interface Header {
  readonly length: number;
  readonly prefix: number;
}

function oldHeader(cursor: Cursor): Header {
  cursor.version("an object", 1);
  cursor.skip(1 + 2 + 4); // The number of messages, that of links to the object.
  const length = cursor.uint(4);
  cursor.skip(4);
  return { length, prefix: 8 };
}

function newHeader(cursor: Cursor): Header {
  cursor.expect("OHDR");
  cursor.version("an object", 2);
  const flags = cursor.uint(1);
  if (flags & 0x20) cursor.skip(16); // Times.
  if (flags & 0x10) cursor.skip(4); // When attributes move elsewhere.
  const length = cursor.uint(1 << (flags & 3));
  return { length, prefix: flags & 4 ? 6 : 4 };
}
