/** Reading tar, the format of archives, as POSIX's ustar describes it. */
import { DataError } from "@neurite/tensor";

const BLOCK = 512;

/** Where a header has what is read of it: each a text that ends with a zero byte, numbers in octal digits. */
const NAME = [0, 100], SIZE = [124, 136], CHECKSUM = [148, 156], PREFIX = [345, 500];

/** The byte that says what a member is: a file is `0`, or a zero byte in old archives. */
const TYPE = 156;

const decoder = new TextDecoder();

/**
 * The files of a tar archive (decompressed) by the last part of their names: views, not copies.
 * Folders, links and what else it may hold are left out.
 *
 * The archive is a row of members. Each is a header of 512 bytes, with the name, the size, and the
 * sum of the header's own bytes, and the contents, filled up to a multiple of 512 bytes. A header of
 * zeros ends it.
 *
 * @param file The name of the archive, for messages.
 * @throws {DataError} if it is no tar archive, damaged, or truncated.
 */
export function untar(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): Map<string, Uint8Array<ArrayBuffer>> {
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 0;;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw truncated(file, bytes.length, at + BLOCK);
    if (header.every((byte) => byte === 0)) return members;
    const size = octal(header, SIZE);
    if (octal(header, CHECKSUM) !== sum(header) || Number.isNaN(size)) {
      throw new DataError(
        `Cannot unpack ${file} as each header of a tar archive must sum up to what it says: current ` +
          `${sum(header)} at byte ${at}. It is another format, or damaged: fetch it again`,
        { file, offset: at, expected: "a header of tar", found: sum(header) },
      );
    }
    const begin = at + BLOCK, end = begin + size;
    if (end > bytes.length) throw truncated(file, bytes.length, end);
    if (header[TYPE] === 0x30 || header[TYPE] === 0) {
      const path = `${text(header, PREFIX)}/${text(header, NAME)}`;
      members.set(path.slice(path.lastIndexOf("/") + 1), bytes.subarray(begin, end));
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function truncated(file: string, found: number, expected: number): DataError {
  return new DataError(
    `Cannot unpack ${file} as a tar archive must be whole: current ${found} bytes, where it needs ` +
      `${expected} or more. It is truncated: fetch it again`,
    { file, offset: found, expected: `${expected} bytes or more`, found: `${found} bytes` },
  );
}

function text(header: Uint8Array, [from, to]: number[]): string {
  const field = header.subarray(from, to), end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** A number, `NaN` where the field holds none. */
function octal(header: Uint8Array, field: number[]): number {
  const digits = text(header, field).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** The sum of a header's bytes, in which the sum itself counts as spaces. */
function sum(header: Uint8Array): number {
  const [from, to] = CHECKSUM;
  return header.reduce((total, byte, i) => total + (from <= i && i < to ? 0x20 : byte), 0);
}
