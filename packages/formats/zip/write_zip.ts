/** Zip archives of files that are stored as they are. */

/** A file of an archive: its path, and its bytes in parts. */
export type ZipFile = readonly [name: string, parts: readonly Uint8Array<ArrayBuffer>[]];

const LOCAL = 0x04034b50, MEMBER = 0x02014b50, END = 0x06054b50;
/** The version of the format that is needed, and the flag of names in UTF-8. */
const VERSION = 20, UTF8 = 0x800;
/** The first of January 1980: archives of the same files are the same. */
const DATE = 0x21;
/** What sizes without a form of their own may reach. */
const MOST = 0xffffffff;

/**
 * The parts of an archive, to be written one after the other.
 *
 * @throws {RangeError} where it would have 4 GiB or more.
 */
export function writeZip(files: readonly ZipFile[]): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [], members: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const text = new TextEncoder().encode(name);
    const size = data.reduce((sum, { length }) => sum + length, 0), sum = crc32(data);
    const common: Field[] = [[2, UTF8], [2, 0], [2, 0], [2, DATE], [4, sum], [4, size], [4, size]];
    const rest: Field[] = [[2, text.length], [2, 0]];
    const head = packed([[4, LOCAL], [2, VERSION], ...common, ...rest], text);
    const tail: Field[] = [[2, 0], [2, 0], [2, 0], [4, 0], [4, at]];
    members.push(
      packed([[4, MEMBER], [2, VERSION], [2, VERSION], ...common, ...rest, ...tail], text),
    );
    parts.push(head, ...data);
    at += head.length + size;
  }
  const length = members.reduce((sum, { length }) => sum + length, 0);
  if (at + length > MOST) {
    throw new RangeError(
      `Cannot write an archive as it must be below 4 GiB: current ${at + length} bytes`,
    );
  }
  const count = files.length, counts: Field[] = [[2, 0], [2, 0], [2, count], [2, count]];
  return [...parts, ...members, packed([[4, END], ...counts, [4, length], [4, at], [2, 0]])];
}

/** A number of so many bytes. */
type Field = readonly [bytes: 2 | 4, value: number];

function packed(fields: readonly Field[], text = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const size = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const bytes = new Uint8Array(size + text.length), view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, value] of fields) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  bytes.set(text, size);
  return bytes;
}

/** The remainders of all bytes, by the polynomial of the format with its bits in reverse. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >>> 1 ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The check sum of the format, CRC-32. */
export function crc32(parts: readonly Uint8Array[]): number {
  let sum = 0xffffffff;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) sum = REMAINDERS[(sum ^ part[i]) & 255] ^ sum >>> 8;
  }
  return ~sum >>> 0;
}
