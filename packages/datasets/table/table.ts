/** Tables: columns with names, and the numbers and labels that a network takes of them. */
import { DataError, type NdArray, ndarray } from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";
import { LabelEncoder } from "../label_encoder.ts";
import { type Column, type ColumnType, isMissing, missingRows } from "./column.ts";

/** Values of a column as they are given to {@linkcode Table.from}. */
export type ColumnValues = ArrayLike<number | boolean | string | null>;

/** What missing values are replaced by: a statistic of the column, or a value. */
export type Filling = "mean" | "median" | "mostFrequent" | number | boolean | { value: string };

/**
 * A table whose columns are numbers, booleans or text. Tables never change: what changes one gives
 * another. `readCSV` makes them of files, {@linkcode Table.from} of values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Table } from "@neurite/datasets";
 *
 * const table = Table.from({
 *   age: [31, null, 54],
 *   town: ["Ulm", "Bonn", "Ulm"],
 *   bought: ["no", "yes", "no"],
 * });
 * assertEquals(table.missing, { age: [1] });
 * const filled = table.fillMissing({ age: "mean" }).oneHot("town");
 * assertEquals(filled.names, ["age", "town_Bonn", "town_Ulm", "bought"]);
 * assertEquals([...filled.drop("bought").numbers().data], [31, 0, 1, 42.5, 1, 0, 54, 0, 1]);
 * assertEquals([...filled.labels("bought").labels.data], [0, 1, 0]);
 * ```
 */
export class Table {
  /** The columns, in their order. */
  readonly columns: readonly Column[];
  /** How many rows there are. */
  readonly length: number;

  private constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.length = columns[0].values.length;
  }

  /**
   * A table of columns.
   *
   * @throws {DataError} if there is none, two have one name, or they are not of one length.
   */
  static of(columns: readonly Column[]): Table {
    const names = columns.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    const other = columns.find(({ values }) => values.length !== columns[0].values.length);
    const found = columns.length === 0
      ? "none"
      : twice !== undefined
      ? `two columns "${twice}"`
      : other && `${other.values.length} in "${other.name}", ${columns[0].values.length} before`;
    if (found === undefined) return new Table(columns);
    throw new DataError(
      "Cannot make a table as there must be columns of different names and as many values in each: " +
        `current ${found}`,
      { found },
    );
  }

  /**
   * A table of values by the names of the columns; `null`, `undefined` and NaN are missing.
   *
   * @throws {DataError} if columns are not of one length or mix numbers, booleans and text.
   */
  static from(columns: Readonly<Record<string, ColumnValues>>): Table {
    return Table.of(
      Object.entries(columns).map(([name, given]): Column => {
        const values = Array.from(given, (value) => isMissing(value) ? null : value);
        const kinds = [...new Set(values.filter((v) => v !== null).map((v) => typeof v))];
        if (kinds.length > 1 || kinds.some((kind) => !/^(number|boolean|string)$/.test(kind))) {
          throw new DataError(
            `Cannot make a table as column "${name}" must hold numbers, booleans or text: current ` +
              kinds.join(" and "),
          );
        }
        if (kinds[0] === "string") {
          return { name, type: "text", values: values as (string | null)[] };
        }
        if (kinds[0] === "boolean") return { name, type: "boolean", values: values as boolean[] };
        return {
          name,
          type: "number",
          values: Float64Array.from(values as number[], (v) => v ?? NaN),
        };
      }),
    );
  }

  /** The names of the columns. */
  get names(): string[] {
    return this.columns.map(({ name }) => name);
  }

  /** The types of the columns by their names. */
  get types(): Record<string, ColumnType> {
    return Object.fromEntries(this.columns.map(({ name, type }) => [name, type]));
  }

  /** The rows without a value, counted from 0, by the names of those columns that have such rows. */
  get missing(): Record<string, number[]> {
    return Object.fromEntries(
      this.columns.map((column) => [column.name, missingRows(column)] as const)
        .filter(([, rows]) => rows.length > 0),
    );
  }

  /** The column of a name; throws `RangeError` that lists the names. */
  column(name: string): Column {
    checkOneOf("get a column", "its name", name, this.names);
    return this.columns.find((column) => column.name === name)!;
  }

  /** The table of these columns, in this order. */
  select(...names: string[]): Table {
    return Table.of(names.map((name) => this.column(name)));
  }

  /** The table without these columns. */
  drop(...names: string[]): Table {
    for (const name of names) this.column(name);
    return Table.of(this.columns.filter(({ name }) => !names.includes(name)));
  }

  /** The table of these rows, counted from 0, in this order. */
  rows(indices: ArrayLike<number>): Table {
    const wrong = Array.from(indices).find((row) => !(row in this.columns[0].values));
    if (wrong !== undefined) {
      throw new RangeError(
        `Cannot take rows as each must be from 0 to ${this.length - 1}: current ${wrong}`,
      );
    }
    return Table.of(
      this.columns.map((column) =>
        column.type === "number"
          ? { ...column, values: Float64Array.from(indices, (row) => column.values[row]) }
          : { ...column, values: Array.from(indices, (row) => column.values[row]) } as Column
      ),
    );
  }

  /** The table of those rows that have a value in these columns; in all unless given. */
  dropMissing(...names: string[]): Table {
    const without = new Set(
      (names.length > 0 ? this.select(...names) : this).columns.flatMap(missingRows),
    );
    return this.rows(
      Array.from({ length: this.length }, (_, row) => row).filter((row) => !without.has(row)),
    );
  }

  /**
   * The table with something in place of missing values: the mean or median of the numbers that are
   * there, the value that is there most often, or what is given (text as `{ value: "none" }`). To fill
   * in a test set as the training set was, give it the numbers of that one.
   *
   * @throws {RangeError} if a column has no such statistic, or the value is of another type.
   */
  fillMissing(fillings: Readonly<Record<string, Filling>>): Table {
    for (const name of Object.keys(fillings)) this.column(name);
    return Table.of(this.columns.map((column) => {
      if (!Object.hasOwn(fillings, column.name)) return column;
      const value = fillingOf(column, fillings[column.name]);
      return column.type === "number"
        ? { ...column, values: column.values.map((v) => Number.isNaN(v) ? value as number : v) }
        : { ...column, values: (column.values as unknown[]).map((v) => v ?? value) as never };
    }));
  }

  /**
   * The table with a column of 0 and 1 for each category in place of a column of text or booleans,
   * `town_Ulm`: what pandas' `get_dummies` makes. Where a value is missing, all are 0.
   *
   * @param categories The categories, where not all of them are in this table; sorted ones of this
   * table unless given.
   * @throws {DataError} if a value is none of the categories.
   */
  oneHot(name: string, categories?: readonly (string | number | boolean)[]): Table {
    const { values } = this.column(name), all = Array.from(values as ArrayLike<unknown>);
    const there = all.filter((value) => !isMissing(value)) as (string | number | boolean)[];
    const encoder = new LabelEncoder().fit(categories ?? there);
    encoder.transform(there);
    return Table.of(
      this.columns.flatMap((column) =>
        column.name !== name ? [column] : encoder.classes.map((category): Column => ({
          name: `${name}_${category}`,
          type: "number",
          values: Float64Array.from(all, (value) => value === category ? 1 : 0),
        }))
      ),
    );
  }

  /**
   * The numbers of these columns, float32 `[rows, columns]`, of all unless given; `true` is 1.
   *
   * @throws {DataError} if a column has text, or a value is missing: says which, and what to do.
   */
  numbers(names: readonly string[] = this.names): NdArray<Float32Array> {
    const columns = names.map((name) => this.column(name));
    for (const column of columns) {
      const rows = missingRows(column), { name, type } = column;
      const fault = type === "text"
        ? `text. Make numbers of it by oneHot("${name}"), or leave it out by drop("${name}")`
        : rows.length > 0
        ? `none in row ${rows.slice(0, 5).join(", ")}${
          rows.length > 5 ? ` and ${rows.length - 5} more` : ""
        }. Leave such rows out by dropMissing(), or fill them by fillMissing({ "${name}": "mean" })`
        : undefined;
      if (fault === undefined) continue;
      throw new DataError(
        `Cannot make numbers of a table as column "${name}" must have one in every row: current ` +
          fault,
        { offset: rows[0], expected: "a number", found: type === "text" ? "text" : "none" },
      );
    }
    const out = new Float32Array(this.length * columns.length);
    columns.forEach(({ values }, c) => {
      for (let row = 0; row < this.length; row++) out[row * columns.length + c] = +values[row]!;
    });
    return ndarray(out, [this.length, columns.length]);
  }

  /**
   * The classes of a column as integers, int32 `[rows]`, and the encoder that knows their names.
   *
   * @throws {DataError} if a value is missing.
   */
  labels(name: string): { labels: NdArray<Int32Array>; encoder: LabelEncoder } {
    const column = this.column(name), rows = missingRows(column);
    if (rows.length > 0) {
      throw new DataError(
        `Cannot make labels of column "${name}" as every row must have one: current none in row ` +
          `${rows.slice(0, 5).join(", ")}. Leave such rows out by dropMissing("${name}")`,
        { offset: rows[0], found: "none" },
      );
    }
    const encoder = new LabelEncoder(), values = column.values as ArrayLike<string>;
    return { labels: encoder.fitTransform(values), encoder };
  }

  /** Its rows, and its columns with their types, classes and missing values, one a line. */
  toString(): string {
    const lines = this.columns.map((column) => {
      const missing = missingRows(column).length, { name, type } = column;
      const classes = new Set(column.values as Iterable<unknown>).size;
      const more = type === "text" ? `, ${classes} different` : "";
      return `${name}: ${type}${more}${missing > 0 ? `, ${missing} missing` : ""}`;
    });
    return [`${this.length} rows`, ...lines].join("\n");
  }
}

/** What stands for a missing value of a column. */
function fillingOf(column: Column, filling: Filling): number | boolean | string {
  const there = Array.from(column.values as ArrayLike<number>).filter((value) => !isMissing(value));
  const refuse = (rule: string) => {
    throw new RangeError(
      `Cannot fill column "${column.name}" in as ${rule}: current ${JSON.stringify(filling)} for ` +
        `${there.length} values of type ${column.type}`,
    );
  };
  if (typeof filling !== "string") {
    const value = typeof filling === "object" ? filling.value : filling;
    const type = typeof value === "string" ? "text" : typeof value;
    if (type !== column.type) refuse("the value must be of its type");
    return value;
  }
  checkOneOf("fill a column in", "the statistic", filling, ["mean", "median", "mostFrequent"]);
  if (there.length === 0) refuse("it must have a value");
  if (filling === "mostFrequent") {
    const counts = new Map<number, number>();
    for (const value of there) counts.set(value, (counts.get(value) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const often = [...counts].filter(([, count]) => count === most).map(([value]) => value);
    return new LabelEncoder().fit(often).classes[0];
  }
  if (column.type !== "number") refuse("a mean or median must be of numbers");
  if (filling === "mean") return there.reduce((sum, value) => sum + value, 0) / there.length;
  const sorted = there.sort((a, b) => a - b), half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}
