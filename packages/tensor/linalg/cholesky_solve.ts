/** Linear equations with a symmetric, positive definite matrix. */
import type { TensorLike } from "../convert.ts";
import { DataError, ShapeError } from "../errors.ts";
import { type NdArray, ndarray } from "../ndarray.ts";
import { type HostMatrix, hostMatrix } from "./host_matrix.ts";

/**
 * Solves `A X = B` for a symmetric, positive definite matrix `A` (only its lower triangle is read),
 * by Cholesky's factors: `A = L L^T` with `L` lower triangular, then `L Y = B` from the first row
 * down and `L^T X = Y` from the last row up.
 *
 * It is computed on the host in f64 and has no gradient: for matrices of up to some hundred rows.
 * Host numbers keep all their digits, float32 tensors those they have.
 *
 * @param A The matrix, `[n, n]`.
 * @param B The right-hand sides, `[n, m]`, or one, `[n]`.
 * @returns `X`, of the shape of `B`.
 * @throws {ShapeError} unless `A` is square and `B` has as many rows.
 * @throws {DataError} if `A` is not positive definite (to the precision of f64), or a number is not
 * finite.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertThrows } from "@std/assert";
 * import { choleskySolve, DataError } from "@neurite/tensor";
 *
 * const x = choleskySolve([[4, 2], [2, 3]], [10, 9]); // 4 x + 2 y = 10, 2 x + 3 y = 9
 * assertAlmostEquals(x.get(0), 1.5, 1e-12);
 * assertAlmostEquals(x.get(1), 2, 1e-12);
 * assertThrows(() => choleskySolve([[1, 2], [2, 1]], [0, 0]), DataError, "positive definite");
 * ```
 */
export function choleskySolve(A: TensorLike, B: TensorLike): NdArray<Float64Array> {
  const a = hostMatrix("solve", "A", A), b = hostMatrix("solve", "B", B);
  if (a.vector || a.rows !== a.columns || b.rows !== a.rows) {
    throw new ShapeError(
      "solve",
      "A must be a square matrix and B have as many rows",
      [[a.rows, a.columns], [b.rows, b.columns]],
    );
  }
  const failed = factorize(a);
  if (failed >= 0) {
    throw new DataError(
      "Cannot solve as A must be positive definite: current matrix is not, from row " +
        `${failed} on. A greater diagonal makes it so`,
      { offset: failed },
    );
  }
  substitute(a, b);
  return ndarray(b.data, b.vector ? [b.rows] : [b.rows, b.columns]);
}

/**
 * Turns the lower triangle of `a` into the factor `L`; returns the first row whose pivot is not
 * greater than the share `least` of its diagonal element, or than what rounding makes of 0, or -1.
 */
export function factorize({ data: a, rows: n }: HostMatrix, least = 0): number {
  const share = Math.max(least, n * Number.EPSILON);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = a[i * n + j]; //                                 s = a_ij - Σ_{p < j} l_ip l_jp
      for (let p = 0; p < j; p++) s -= a[i * n + p] * a[j * n + p];
      if (j < i) {
        a[i * n + j] = s / a[j * n + j]; //                    l_ij = s / l_jj
      } else {
        if (!(s > share * a[i * n + i])) return i;
        a[i * n + i] = Math.sqrt(s); //                        l_ii = √s
      }
    }
  }
  return -1;
}

/** Turns the right-hand sides `b` into the solutions, by the factor `l`. */
export function substitute({ data: l, rows: n }: HostMatrix, { data: b, columns: m }: HostMatrix) {
  for (let c = 0; c < m; c++) {
    for (let i = 0; i < n; i++) { // L Y = B
      for (let p = 0; p < i; p++) b[i * m + c] -= l[i * n + p] * b[p * m + c];
      b[i * m + c] /= l[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) { // L^T X = Y
      for (let p = i + 1; p < n; p++) b[i * m + c] -= l[p * n + i] * b[p * m + c];
      b[i * m + c] /= l[i * n + i];
    }
  }
}
