/** Rows of whatever data are kept in. */
import {
  DataError,
  gather,
  isNdArray,
  type NdArray,
  ndarray,
  rowMajor,
  Tensor,
  type TypedArray,
} from "@neurite/tensor";
import { copyRows } from "@neurite/tensor/internal";
import { Table } from "../table/table.ts";

/** Data with one row for each example: an array, a table, a tensor or a list. */
export type Rows = NdArray | Table | Tensor | TypedArray | readonly unknown[];

/** How many rows there are. */
export function countRows(data: Rows): number {
  if (data instanceof Tensor || isNdArray(data)) return data.shape[0] ?? 0;
  return data.length;
}

/** Some of the rows, in the order of their indices; a copy. */
export function takeRows<T extends Rows>(data: T, indices: Int32Array): T;
export function takeRows(data: Rows, indices: Int32Array): Rows {
  if (data instanceof Table) return data.rows(indices);
  if (data instanceof Tensor) return gather(data, indices);
  if (Array.isArray(data)) return Array.from(indices, (row) => data[row]);
  const array = isNdArray(data) ? rowMajor(data) as TypedArray : data as TypedArray;
  const row = isNdArray(data) ? data.shape.slice(1) : [];
  const width = row.reduce((product, n) => product * n, 1);
  const to = new (array.constructor as new (n: number) => TypedArray)(indices.length * width);
  copyRows(array, width, indices, to);
  return isNdArray(data) ? ndarray(to, [indices.length, ...row]) : to;
}

/** Refuses data whose rows do not belong to each other, or that have none; gives their number. */
export function checkRows(action: string, x: Rows, y?: Rows): number {
  const n = countRows(x), other = y === undefined ? n : countRows(y);
  if (n === other && n > 0) return n;
  const found = n === 0 ? "none" : `${n} and ${other}`;
  throw new DataError(
    `Cannot ${action} as there must be as many rows of x as of y, and at least one: current ${found}`,
    { expected: n, found: other },
  );
}
