/** What both decoders need: errors that name the file, and numbers out of its bytes. */
import { DataError } from "@neurite/tensor";

/** How an image is decoded: the options with what was left out. */
export interface Reading {
  /** The name of the file, for messages. */
  readonly file: string;
  /** The most pixels. */
  readonly maxPixels: number;
}

/** A file that cannot be decoded: `rule` is what it must be, `found` what it is. */
export function undecodable(
  { file }: Reading,
  rule: string,
  found: string,
  details: { offset?: number; cause?: unknown; fix?: string } = {},
): DataError {
  const { fix, ...rest } = details;
  return new DataError(
    `Cannot decode ${file} as ${rule}: current ${found}${fix === undefined ? "" : `. ${fix}`}`,
    { file, expected: rule, found, ...rest },
  );
}

/** Refuses images without pixels, and those with more than are wanted, before anything is decoded. */
export function checkSize(reading: Reading, width: number, height: number): void {
  const found = `${width} x ${height}`;
  if (width < 1 || height < 1) throw undecodable(reading, "it must have pixels", found);
  if (width * height <= reading.maxPixels) return;
  throw undecodable(reading, `it must have at most ${reading.maxPixels} pixels`, found, {
    fix: "If that is right, and there is memory for it, raise maxPixels",
  });
}

/** Numbers out of bytes, the high byte first. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether bytes begin with these. */
export function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => bytes[at + i] === byte);
}
