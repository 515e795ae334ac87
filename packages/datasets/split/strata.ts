/** Classes of rows, so that parts of the data have all of them. */
import { DataError, isNdArray, rowMajor, Tensor } from "@neurite/tensor";
import { countRows, type Rows } from "./rows.ts";

/** What the classes are: `true` for those of y, or one label for each row. */
export type Stratify = boolean | Rows;

/** The class of each row, numbered as they first come; no classes unless they are wanted. */
export function strataOf(
  action: string,
  stratify: Stratify,
  y: Rows | undefined,
  n: number,
): { classes: Int32Array; counts: number[] } | undefined {
  if (stratify === false) return undefined;
  const labels = stratify === true ? y : stratify;
  const found = labels === undefined ? "no y" : `${countRows(labels)} labels for ${n} rows`;
  if (labels === undefined || countRows(labels) !== n) {
    throw new DataError(
      `Cannot ${action} as stratify must have a label for each row: current ${found}`,
      { expected: n },
    );
  }
  const numbers = new Map<unknown, number>(), counts: number[] = [];
  const classes = Int32Array.from(labelsOf(labels, n), (label) => {
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    counts[number] = (counts[number] ?? 0) + 1;
    return number;
  });
  return { classes, counts };
}

/** A label for each row; a row of several numbers, such as a one-hot one, is one label. */
function labelsOf(labels: Rows, n: number): unknown[] {
  if (labels instanceof Tensor || isNdArray(labels)) {
    const values = labels instanceof Tensor ? labels.dataSync() : rowMajor(labels);
    const width = values.length / n;
    if (width === 1) return Array.from(values);
    return Array.from({ length: n }, (_, i) => {
      return Array.from({ length: width }, (_, j) => values[i * width + j]).join();
    });
  }
  return Array.from(labels as ArrayLike<unknown>, (one) => Array.isArray(one) ? one.join() : one);
}

/** Refuses classes with fewer rows than there must be. */
export function checkLeast(action: string, counts: readonly number[], least: number): void {
  const few = counts.filter((count) => count < least).length;
  if (few === 0) return;
  throw new DataError(
    `Cannot ${action} as every class must have ${least} rows or more: current ${few} of ` +
      `${counts.length} classes with fewer. Leave stratify out where y are no classes`,
    { expected: least, found: Math.min(...counts) },
  );
}
