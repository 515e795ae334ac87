/** How files are refused, by every reader: what was expected, what is there, what to do. */
import { type FileKind, fileKind } from "@neurite/nn";
import { DataError } from "@neurite/tensor";

/** Bytes by which kinds of files are told. */
const PEEK = 256;

/**
 * The error of a file that is of another kind than a reader wants: says what it is and what to do.
 *
 * @param expected What the reader reads: `"a Keras model (.keras or .h5)"`.
 */
export function wrongKind(
  file: string,
  bytes: Uint8Array,
  expected: string,
  otherwise: FileKind = { kind: "something else", remedy: "" },
): DataError {
  const { kind: found, remedy } = bytes.length === 0
    ? { kind: "an empty file", remedy: "Was it written to its end?" }
    : fileKind(bytes.subarray(0, PEEK)) ?? otherwise;
  return new DataError(
    `Cannot read ${file} as it must be ${expected}: current ${found}${remedy && `. ${remedy}`}`,
    { file, offset: 0, expected, found },
  );
}

/** Throws the error of a damaged place in a file. */
export type Refuse = (
  rule: string,
  offset: number,
  expected: string | number,
  found: string | number,
) => never;

/** How a damaged file is refused. */
export function refuser(file: string): Refuse {
  return (rule, offset, expected, found) => {
    throw new DataError(
      `Cannot read ${file} as ${rule}: current ${found} at byte ${offset}, expected ${expected}`,
      { file, offset, expected, found },
    );
  };
}

/** A list as lines below a message; what is too long for one is counted. */
export function listed(lines: readonly string[], most = 30): string {
  const more = lines.length - most;
  const shown = more > 0 ? [...lines.slice(0, most), `and ${more} more`] : lines;
  return shown.map((line) => `\n  ${line}`).join("");
}
