/** From labels to the outputs a classifier is to give. */
import { DataError, isNdArray, type NdArray, ndarray, rowMajor, ShapeError } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";

/** Labels: an array with one axis, a typed array or a plain one. */
export type Labels = NdArray | ArrayLike<number | bigint | boolean>;

/** The most numbers that are made: those of 4 GiB, all that a backend can hold. */
const MOST = 2 ** 30;

/**
 * One row for each label, 1 in the label's column and 0 elsewhere: `[n]` becomes float32
 * `[n, classes]`. Keras calls it `to_categorical`. Labels of 64 bits and booleans are taken, too.
 *
 * @throws {DataError} if a label is not an integer from 0 to `classes - 1`; `offset` is its index.
 * @throws {ShapeError} if the labels have not exactly one axis.
 * @throws {RangeError} if `classes` is not an integer of at least 1, or the rows would take more
 * than 4 GiB.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { oneHot } from "@neurite/datasets";
 *
 * const rows = oneHot([2, 0], 3);
 * assertEquals(rows.shape, [2, 3]);
 * assertEquals([...rows.data], [0, 0, 1, 1, 0, 0]);
 * ```
 */
export function oneHot(labels: Labels, classes: number): NdArray<Float32Array> {
  checkCount("encode labels", "classes", classes);
  const values = isNdArray(labels) ? elementsOf(labels) : labels, n = values.length;
  if (n * classes > MOST) {
    throw new RangeError(
      `Cannot encode labels as their rows must have at most ${MOST} elements: current ${n} x ` +
        `${classes}. A sparse loss takes the labels as they are`,
    );
  }
  const columns = Float64Array.from(values, (value, i) => {
    const label = Number(value);
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    const expected = `an integer from 0 to ${classes - 1}`, found = String(value);
    throw new DataError(
      `Cannot encode labels as each must be ${expected}: current ${found} at index ${i}`,
      { offset: i, expected, found: typeof value === "number" ? value : found },
    );
  });
  const rows = new Float32Array(n * classes);
  columns.forEach((column, i) => rows[i * classes + column] = 1);
  return ndarray(rows, [n, classes]);
}

function elementsOf(labels: NdArray): ArrayLike<number | bigint> {
  if (labels.shape.length === 1) return rowMajor(labels);
  throw new ShapeError("encode labels", "they must have one axis, [n]", [labels.shape]);
}
