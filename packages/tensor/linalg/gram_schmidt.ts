/** Orthonormal rows. */
import type { TensorLike } from "../convert.ts";
import { DataError, ShapeError } from "../errors.ts";
import { type NdArray, ndarray } from "../ndarray.ts";
import { hostMatrix } from "./host_matrix.ts";

/**
 * Orthonormal rows `q_i` that span what the rows `a_i` of a matrix span, each on the side of its own
 * row, by the modified method of Gram and Schmidt: `a_i ← a_i - (a_i · q_j) q_j` for all `j < i`, then
 * `q_i = a_i / ||a_i||`. It is the Q of `A^T = Q R`, transposed, with a positive diagonal of `R`.
 *
 * It is computed on the host in f64 and has no gradient: for matrices of up to some hundred rows.
 *
 * @param A The matrix, `[m, n]`, with at most as many rows as columns.
 * @returns `[m, n]`
 * @throws {ShapeError} unless it is a matrix with no more rows than columns.
 * @throws {DataError} if a row is a combination of those before it (to the precision of f64), or a
 * number is not finite.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertThrows } from "@std/assert";
 * import { DataError, gramSchmidt } from "@neurite/tensor";
 *
 * const q = gramSchmidt([[3, 4], [0, 5]]); // [0.6, 0.8] and, at a right angle, [-0.8, 0.6]
 * assertAlmostEquals(q.get(1, 0), -0.8, 1e-12);
 * assertAlmostEquals(q.get(1, 1), 0.6, 1e-12);
 * assertThrows(() => gramSchmidt([[1, 2], [2, 4]]), DataError, "row 1");
 * ```
 */
export function gramSchmidt(A: TensorLike): NdArray<Float64Array> {
  const { data: a, rows, columns: n, vector } = hostMatrix("orthonormalize", "A", A);
  if (vector || rows > n) {
    throw new ShapeError("orthonormalize", "A must be a matrix with no more rows than columns", [
      vector ? [rows] : [rows, n],
    ]);
  }
  for (let i = 0; i < rows; i++) {
    const row = i * n, before = dot(a, row, row, n);
    for (let j = 0; j < i; j++) addScaledRow(a, row, -dot(a, row, j * n, n), j * n, n);
    const left = dot(a, row, row, n);
    if (!(left > n * Number.EPSILON * before)) {
      throw new DataError(
        "Cannot orthonormalize as no row may be a combination of those before it: current row " +
          `${i} is`,
        { offset: i },
      );
    }
    const scale = 1 / Math.sqrt(left);
    for (let k = row; k < row + n; k++) a[k] *= scale;
  }
  return ndarray(a, [rows, n]);
}

/** The scalar product of the rows that begin at `p` and at `q`. */
function dot(a: Float64Array, p: number, q: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[p + k] * a[q + k];
  return sum;
}

/** The row at `p` += `r` times the row at `q`. */
function addScaledRow(a: Float64Array, p: number, r: number, q: number, n: number): void {
  for (let k = 0; k < n; k++) a[p + k] += r * a[q + k];
}
