/**
 * Zip archives: `.keras` and `.pt` files are such. The directory at the end says what there is; what
 * is stored as it is comes as a view of the archive, what is deflated is inflated by the platform.
 *
 * From the specification: PKWARE, "APPNOTE.TXT: .ZIP File Format Specification".
 */
import { DataError } from "@neurite/tensor";
import { inflate } from "../inflate.ts";
import { type Refuse, refuser } from "../refuse.ts";

/** A file in an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly name: string;
  /** How many bytes it has when it is inflated. */
  readonly size: number;
  /** Its bytes. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const END = 0x06054b50, END_LENGTH = 22;
const END64 = 0x06064b50, LOCATOR64 = 0x07064b50, LOCATOR64_LENGTH = 20, END64_LENGTH = 56;
const MEMBER = 0x02014b50, MEMBER_LENGTH = 46, LOCAL = 0x04034b50, LOCAL_LENGTH = 30;
/** The longest comment that an archive may end with. */
const LONGEST_COMMENT = 0xffff;
/** The extra field with the sizes that have no room in 32 bits. */
const EXTRA64 = 1, FULL16 = 0xffff, FULL32 = 0xffffffff;
const STORED = 0, DEFLATED = 8;
/** How many bytes one of a deflated file may give: texts give 3 to 10, weights hardly more than 1. */
const MOST_TIMES_SIZE = 100;

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The files of an archive by their names.
 *
 * @throws {DataError} if it is damaged, encrypted or in several parts; nothing is inflated yet.
 */
export function readZip(bytes: Uint8Array<ArrayBuffer>, file: string): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), refuse = refuser(file);
  const { count, start, end } = directoryOf(view, refuse), entries = new Map<string, ZipEntry>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + MEMBER_LENGTH > end || view.getUint32(at, true) !== MEMBER) {
      refuse(
        "a zip archive must have the directory that its end tells of",
        at,
        `${count} files`,
        i,
      );
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((n) =>
      view.getUint16(at + n, true)
    );
    const next = at + MEMBER_LENGTH + nameLength + extraLength + commentLength;
    if (next > end) refuse("a zip archive must be whole", at, `an entry that ends by ${end}`, next);
    const nameAt = at + MEMBER_LENGTH, extraAt = nameAt + nameLength;
    const name = new TextDecoder().decode(bytes.subarray(nameAt, extraAt));
    if (view.getUint16(at + 8, true) & 1) {
      refuse("its files must not be encrypted", at, "plain", name);
    }
    const [size, packed, offset] = placeOf(view, at, extraAt, extraAt + extraLength, refuse);
    const method = view.getUint16(at + 10, true);
    const place = { bytes, view, file, name, size, packed, offset, method };
    entries.set(name, { name, size, read: () => readEntry(place) });
    at = next;
  }
  return entries;
}

/** Where the directory of an archive is, and how many files it lists. */
function directoryOf(
  view: DataView,
  refuse: Refuse,
): { count: number; start: number; end: number } {
  const { byteLength: length } = view;
  let at = length - END_LENGTH;
  const least = Math.max(0, at - LONGEST_COMMENT);
  while (at >= least && view.getUint32(at, true) !== END) at--;
  if (at < least) {
    refuse(
      "a zip archive must end with its directory",
      length,
      "that",
      "the end, so it is truncated",
    );
  }
  let count = view.getUint16(at + 10, true), start = view.getUint32(at + 16, true);
  const locator = at - LOCATOR64_LENGTH;
  const large = locator >= 0 && view.getUint32(locator, true) === LOCATOR64;
  if (large && (count === FULL16 || start === FULL32)) {
    const at64 = safe(view, locator + 8);
    if (!(at64 + END64_LENGTH <= locator) || view.getUint32(at64, true) !== END64) {
      refuse("a large zip archive must have two ends", locator, "the place of the first", at64);
    }
    count = safe(view, at64 + 32);
    start = safe(view, at64 + 48);
  }
  // A directory has at least so many bytes for each file.
  if (!(start <= at) || !(count * MEMBER_LENGTH <= at - start)) {
    const room = Math.floor((at - start) / MEMBER_LENGTH);
    refuse("a zip archive must have room for its directory", at, `at most ${room} files`, count);
  }
  return { count, start, end: at };
}

/** A number of 64 bits; `Infinity` for one that no file reaches. */
function safe(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  return Number.isSafeInteger(value) ? value : Infinity;
}

/** The sizes of a file, inflated and as it is stored, and where it begins. */
function placeOf(
  view: DataView,
  at: number,
  extraAt: number,
  extraEnd: number,
  refuse: Refuse,
): [size: number, packed: number, offset: number] {
  const values = [24, 20, 42].map((n) => view.getUint32(at + n, true));
  if (!values.includes(FULL32)) return values as [number, number, number];
  for (let field = extraAt; field + 4 <= extraEnd;) {
    const id = view.getUint16(field, true), length = view.getUint16(field + 2, true);
    let value = field + 4;
    const end = value + length;
    if (end > extraEnd) break;
    if (id === EXTRA64) {
      // In this order those that had no room before.
      return values.map((n) => {
        if (n !== FULL32) return n;
        if (value + 8 > end) {
          refuse("a large file must have its sizes", field, "8 bytes each", length);
        }
        value += 8;
        return safe(view, value - 8);
      }) as [number, number, number];
    }
    field = end;
  }
  return refuse("a large file must have its sizes", at, "sizes of 64 bits", "none");
}

/** What is known of a file before it is read. */
interface Place {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  readonly file: string;
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
  readonly method: number;
}

/** The bytes of a file in an archive. */
async function readEntry(place: Place): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, view, file, name, size, packed, offset, method } = place, refuse = refuser(file);
  if (!(offset + LOCAL_LENGTH <= bytes.length) || view.getUint32(offset, true) !== LOCAL) {
    refuse(`${JSON.stringify(name)} must be where its directory says`, offset, "a file", "none");
  }
  const start = offset + LOCAL_LENGTH + view.getUint16(offset + 26, true) +
    view.getUint16(offset + 28, true);
  if (!(start + packed <= bytes.length)) {
    const room = Math.max(0, bytes.length - start);
    refuse(`${JSON.stringify(name)} must be whole`, offset, `at most ${room} bytes`, packed);
  }
  const data = bytes.subarray(start, start + packed);
  if (method === STORED && size === packed) return data;
  if (method !== DEFLATED) {
    refuse(`${JSON.stringify(name)} must be stored or deflated`, offset, "method 0 or 8", method);
  }
  if (size > MOST_TIMES_SIZE * packed) {
    const most = MOST_TIMES_SIZE * packed;
    refuse(`${JSON.stringify(name)} must not be a bomb`, offset, `at most ${most} bytes`, size);
  }
  let found: string, cause: unknown;
  try {
    const inflated = await inflate(data, "deflate-raw", size);
    if (inflated.length === size) return inflated;
    found = `only ${inflated.length} bytes`;
  } catch (error) {
    cause = error;
    found = (error as Error).message;
  }
  throw new DataError(
    `Cannot read ${file}, ${name} as its data must give ${size} bytes: current ${found}`,
    { file, expected: size, found, cause },
  );
}
