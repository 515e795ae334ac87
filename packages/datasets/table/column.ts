/** The columns of a table: numbers, yes or no, or text, found from what is written in them. */
import { DataError } from "@neurite/tensor";

/** What a column holds. */
export type ColumnType = "number" | "boolean" | "text";

/** What every column has. */
export interface NamedColumn<T extends ColumnType, V> {
  /** Its name. */
  readonly name: string;
  /** What it holds. */
  readonly type: T;
  /** Its values, one for each row. */
  readonly values: V;
}

/** A column of numbers; a missing one is NaN. */
export type NumberColumn = NamedColumn<"number", Float64Array>;
/** A column of yes and no; a missing one is `null`. */
export type BooleanColumn = NamedColumn<"boolean", readonly (boolean | null)[]>;
/** A column of text, such as names of classes; a missing one is `null`. */
export type TextColumn = NamedColumn<"text", readonly (string | null)[]>;
/** A column of a table. */
export type Column = NumberColumn | BooleanColumn | TextColumn;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$|^[+-]?inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;

/** Whether a value of a column is missing. */
export const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || Number.isNaN(value);

/** The rows in which a column has no value. */
export function missingRows({ values }: Column): number[] {
  return Array.from(values as ArrayLike<unknown>, (value, row) => isMissing(value) ? row : -1)
    .filter((row) => row >= 0);
}

/** How the texts of a column are read. */
export interface Reading {
  /** Of which type it is to be; found out unless given. */
  readonly type?: ColumnType;
  /** What stands before the fraction of a number. */
  readonly decimal: "." | ",";
  /** The file, for messages. */
  readonly file?: string;
}

/**
 * A column of texts, `null` for one that is missing: numbers if all are, yes or no if all are `true` or
 * `false`, else text. One without any value has numbers, all of them missing.
 */
export function columnOf(
  name: string,
  texts: readonly (string | null)[],
  { type, decimal, file }: Reading,
): Column {
  const there = texts.filter((text) => text !== null);
  const plain = (text: string) => decimal === "," ? text.trim().replace(",", ".") : text.trim();
  const isNumber = (text: string) => NUMBER.test(plain(text));
  const isBoolean = (text: string) => BOOLEAN.test(text.trim());
  const found = type ??
    (there.every(isNumber) ? "number" : there.every(isBoolean) ? "boolean" : "text");
  if (found === "text") return { name, type: found, values: texts };
  const is = found === "number" ? isNumber : isBoolean;
  const row = texts.findIndex((text) => text !== null && !is(text));
  if (row >= 0) {
    const shown = JSON.stringify(texts[row]);
    throw new DataError(
      `Cannot read ${file ?? "a CSV text"} as column "${name}" must hold ${
        found === "number" ? "numbers" : "true or false"
      }: current ${shown} in row ${row}. Name it in missing, or give types: { "${name}": "text" }`,
      { file, offset: row, expected: found, found: texts[row]! },
    );
  }
  if (found === "boolean") {
    const values = texts.map((text) => text === null ? null : /^true$/i.test(text.trim()));
    return { name, type: found, values };
  }
  return { name, type: found, values: Float64Array.from(texts, (text) => numberOf(text, plain)) };
}

function numberOf(text: string | null, plain: (text: string) => string): number {
  if (text === null) return NaN;
  const infinite = /^([+-]?)inf/i.exec(plain(text));
  return infinite ? (infinite[1] === "-" ? -Infinity : Infinity) : Number(plain(text));
}
