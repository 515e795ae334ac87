/** Tables out of files of comma-separated values (RFC 4180), taken apart by Papa Parse. */
import Papa from "npm:papaparse@5.7.1";
import { DataError } from "@neurite/tensor";
import { openFile } from "@neurite/tensor/files";
import { checkOneOf, checkOptions } from "@neurite/tensor/internal";
import { columnOf, type ColumnType } from "./column.ts";
import { Table } from "./table.ts";

/** How {@linkcode parseCSV} reads a text. */
export interface ParseCSVOptions {
  /** What stands between two values: found out unless given. */
  delimiter?: string;
  /**
   * Whether the first line has the names of the columns (unless given); a list of names, where the text
   * has none. With `false` they are `column_0`, `column_1`.
   */
  header?: boolean | readonly string[];
  /** What stands for a missing value; {@linkcode MISSING} unless given. */
  missing?: readonly string[];
  /** The types of columns, where they are not to be found out: `{ postcode: "text" }`. */
  types?: Readonly<Record<string, ColumnType>>;
  /** What stands before the fraction of a number; `.` unless given. */
  decimal?: "." | ",";
}

/** How {@linkcode readCSV} reads a file. */
export interface ReadCSVOptions extends ParseCSVOptions {
  /** How the bytes are letters, as `TextDecoder` names it; `utf-8` unless given or marked. */
  encoding?: string;
}

/** What stands for a missing value, as in pandas: nothing, `NA`, `NaN`, `null` and the like. */
export const MISSING: readonly string[] = Object.freeze(
  (" #N/A #N/A_N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None n/a nan " +
    "null").split(" ").map((word) => word.replace("_", " ")),
);

const PARSE: Readonly<Record<keyof ParseCSVOptions, true>> = {
  delimiter: true,
  header: true,
  missing: true,
  types: true,
  decimal: true,
};
const READ: Readonly<Record<keyof ReadCSVOptions, true>> = { ...PARSE, encoding: true };

/** What is used of Papa Parse. */
interface Parser {
  parse(text: string, options: { delimiter: string }): {
    data: string[][];
    errors: { type: string; message: string; row?: number }[];
  };
}

/**
 * Reads a file of comma-separated values. Types are found: a column in which every value is a number
 * has numbers, one with `true` and `false` booleans, all others text. Missing values are known by their
 * rows, see {@linkcode Table.missing}. Empty lines are left out; a value in quotes may hold commas and
 * line ends; tabs and semicolons are found out, too.
 *
 * @param source A path, an address of a file, bytes, or a `File` that somebody chose in a page. What is
 * already a text goes to {@linkcode parseCSV}.
 * @throws {DataError} if it cannot be read, is no text in its encoding, has no column, a row of
 * another number of values, a quote that is not closed, two columns of a name, or a value that is not
 * of the type that was asked for; it says in which row, counted from 0 behind the header.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCSV } from "@neurite/datasets";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "height,kind\n1.5,oak\n,ash\n");
 * const table = await readCSV(path);
 * assertEquals(table.names, ["height", "kind"]);
 * assertEquals(table.missing, { height: [1] });
 * await Deno.remove(path);
 * ```
 */
export async function readCSV(
  source: string | URL | Blob | Uint8Array,
  options: ReadCSVOptions = {},
): Promise<Table> {
  checkOptions("read a CSV file", options, READ);
  const { encoding, ...parsing } = options;
  if (typeof source === "string" && /[\r\n]/.test(source)) {
    throw new DataError(
      "Cannot read a CSV file as its path must have no line ends: current a text of several lines. " +
        "Give it to parseCSV",
    );
  }
  const { file, bytes } = await bytesOf(source);
  return parse(decode(bytes, encoding, file), parsing, file);
}

async function bytesOf(
  source: string | URL | Blob | Uint8Array,
): Promise<{ file?: string; bytes: Uint8Array }> {
  if (source instanceof Uint8Array) return { bytes: source };
  if (source instanceof Blob) {
    return { file: (source as File).name, bytes: new Uint8Array(await source.arrayBuffer()) };
  }
  const file = await openFile(source);
  try {
    return { file: file.name, bytes: await file.read(0, file.size) };
  } finally {
    await file.close();
  }
}

/** The text of bytes; the mark of UTF-16 at the beginning counts before what is assumed. */
function decode(bytes: Uint8Array, encoding: string | undefined, file: string | undefined): string {
  const marks: Record<string, string> = { "255,254": "utf-16le", "254,255": "utf-16be" };
  const label = encoding ?? marks[bytes.slice(0, 2).join()] ?? "utf-8";
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    throw new RangeError(
      `Cannot read a CSV file as encoding must be one that TextDecoder knows: current "${label}"`,
    );
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new DataError(
      `Cannot read ${
        file ?? "a CSV file"
      } as it must be a text in ${label}: current bytes that are ` +
        'none. Give its encoding, such as encoding: "windows-1252"',
      { file, expected: label, cause },
    );
  }
}

/**
 * The table in a text of comma-separated values; see {@linkcode readCSV}.
 *
 * @throws {DataError} if it is no such text.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseCSV } from "@neurite/datasets";
 *
 * const table = parseCSV("length,kind\n1.5,oak\n2,ash\n4,oak\n");
 * assertEquals(table.types, { length: "number", kind: "text" });
 * const { labels, encoder } = table.labels("kind");
 * assertEquals([...labels.data], [1, 0, 1]);
 * assertEquals(encoder.classes, ["ash", "oak"]);
 * assertEquals(table.numbers(["length"]).shape, [3, 1]);
 * ```
 */
export function parseCSV(text: string, options: ParseCSVOptions = {}): Table {
  checkOptions("parse a CSV text", options, PARSE);
  return parse(text, options);
}

/** The sign that stands most often in the first line, quotes apart: a comma, a semicolon, a tab or a bar. */
function delimiterOf(text: string): string {
  const [line] = text.trimStart().replace(/"(?:[^"]|"")*"/g, "").split(/[\r\n]/, 1);
  const counts = [",", ";", "\t", "|"].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((most, one) => one[1] > most[1] ? one : most)[0];
}

function parse(text: string, options: ParseCSVOptions, file?: string): Table {
  const { header = true, missing = MISSING, types = {}, decimal = ".", delimiter } = options;
  const what = file ?? "a CSV text", absent = new Set(missing);
  checkOneOf("read a CSV text", "decimal", decimal, [".", ","]);
  for (const type of Object.values(types)) {
    checkOneOf("read a CSV text", "types", type, ["number", "boolean", "text"]);
  }
  const refuse = (rule: string, found: string, offset?: number) =>
    new DataError(`Cannot read ${what} as ${rule}: current ${found}`, { file, offset, found });
  const plain = text.replace(/^\uFEFF/, "");
  const parsed = (Papa as Parser).parse(plain, { delimiter: delimiter ?? delimiterOf(plain) });
  const quote = parsed.errors.find(({ type }) => type === "Quotes");
  if (quote) throw refuse("quotes must be closed", `${quote.message} in line ${quote.row! + 1}`);
  const lines = parsed.data.filter((line) => line.length > 1 || line[0].trim() !== "");
  if (lines.length === 0) throw refuse("it must have a column", "no line with something in it");
  const names = header === true
    ? lines.shift()!.map((name, i) => name.trim() || `column_${i}`)
    : header === false
    ? lines[0].map((_, i) => `column_${i}`)
    : [...header];
  for (const name of Object.keys(types)) checkOneOf("read a CSV text", "types", name, names);
  const wrong = lines.findIndex((line) => line.length !== names.length);
  if (wrong >= 0) {
    const rule = `every row must have ${names.length} values, one for each of ${names.join(", ")}`;
    throw refuse(rule, `${lines[wrong].length} in row ${wrong}`, wrong);
  }
  return Table.of(names.map((name, i) => {
    const texts = lines.map((line) => absent.has(line[i].trim()) ? null : line[i]);
    return columnOf(name, texts, { type: types[name], decimal, file });
  }));
}
