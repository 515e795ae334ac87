/** From labels to the outputs a classifier is to give. */
import { DataError, type NdArray, ndarray, ShapeError } from "@neurite/tensor";

/**
 * One row for each label, 1 in the label's column and 0 elsewhere: `[n]` becomes float32
 * `[n, classes]`. Keras calls it `to_categorical`.
 *
 * @throws {DataError} if a label is not a whole number from 0 to `classes - 1`; `offset` is its
 * index.
 * @throws {ShapeError} if the labels have not exactly one axis.
 * @throws {RangeError} if `classes` is not a whole number from 1 on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { oneHot } from "@neurite/datasets";
 * import { ndarray } from "@neurite/tensor";
 *
 * const rows = oneHot(ndarray(new Uint8Array([2, 0])), 3);
 * assertEquals(rows.shape, [2, 3]);
 * assertEquals([...rows.data], [0, 0, 1, 1, 0, 0]);
 * ```
 */
export function oneHot(labels: NdArray, classes: number): NdArray<Float32Array> {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new RangeError(
      `Cannot encode labels as classes must be a whole number from 1 on: current ${classes}`,
    );
  }
  if (labels.shape.length !== 1) {
    throw new ShapeError("encode labels", "they must have one axis, [n]", [labels.shape]);
  }
  const [n] = labels.shape;
  for (let i = 0; i < n; i++) {
    const label = labels.get(i);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      const expected = `a whole number from 0 to ${classes - 1}`;
      throw new DataError(
        `Cannot encode labels as each must be ${expected}: current ${label} at index ${i}`,
        { offset: i, expected, found: label },
      );
    }
  }
  const rows = ndarray(new Float32Array(n * classes), [n, classes]);
  for (let i = 0; i < n; i++) rows.set(i, labels.get(i), 1);
  return rows;
}
