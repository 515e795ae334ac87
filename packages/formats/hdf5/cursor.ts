/** Going through the bytes of an HDF5 file, of which nothing is believed. */
import { type Refuse, refuser } from "../refuse.ts";

/** The address of what is not there. */
export const NOWHERE = Infinity;

/** The bytes of a file. */
export class Hdf5Bytes {
  /** What it is called, for messages. */
  readonly file: string;
  /** All of them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, for numbers. */
  readonly view: DataView;
  /** How a damaged place is refused. */
  readonly refuse: Refuse;

  /** Takes them. */
  constructor(bytes: Uint8Array<ArrayBuffer>, file: string) {
    this.file = file;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.refuse = refuser(file);
  }

  /** A cursor at a place. */
  at(place: number, end: number = this.bytes.length): Cursor {
    return new Cursor(this, place, end);
  }
}

/** A place in the bytes, up to an end. */
export class Cursor {
  /** Where it is. */
  at: number;
  readonly #source: Hdf5Bytes;
  readonly #end: number;

  /** Used by {@linkcode Hdf5Bytes.at}. */
  constructor(source: Hdf5Bytes, at: number, end: number) {
    this.#source = source;
    this.at = at;
    this.#end = Math.min(end, source.bytes.length);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.at;
  }

  /** Goes over so many bytes; says where they begin. */
  skip(count: number): number {
    const from = this.at;
    if (!(from >= 0 && count >= 0 && from + count <= this.#end)) {
      const found = `the end, ${this.#end}`;
      this.#source.refuse("an HDF5 file must be whole", from, `${count} bytes`, found);
    }
    this.at += count;
    return from;
  }

  /** An integer of so many bytes; one of 8 that is not exact, as that of nowhere, is `Infinity`. */
  uint(size: number): number {
    const at = this.skip(size), { view } = this.#source;
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, true);
    if (size === 4) return view.getUint32(at, true);
    const value = view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
    return Number.isSafeInteger(value) ? value : NOWHERE;
  }

  /** The next bytes. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const at = this.skip(count);
    return this.#source.bytes.subarray(at, at + count);
  }

  /** Goes over a signature, such as `TREE`. */
  expect(signature: string): void {
    const at = this.at, found = text(this.take(signature.length));
    if (found === signature) return;
    this.#source.refuse(
      "an HDF5 file must have what it says",
      at,
      signature,
      JSON.stringify(found),
    );
  }

  /** Goes over a version, which must be one of these. */
  version(what: string, ...known: readonly number[]): number {
    const at = this.at, found = this.uint(1);
    if (known.includes(found)) return found;
    return this.#source.refuse(
      `${what} of an HDF5 file must be of a known version`,
      at,
      known.join(" or "),
      found,
    );
  }
}

/** A text up to the first zero byte. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A size filled up to a multiple of eight. */
export const padded = (size: number): number => 8 * Math.ceil(size / 8);
