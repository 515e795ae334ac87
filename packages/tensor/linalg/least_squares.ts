/** The best linear fit, with or without a ridge. */
import { checkOptions } from "../arguments.ts";
import type { TensorLike } from "../convert.ts";
import { DataError, ShapeError } from "../errors.ts";
import { type NdArray, ndarray } from "../ndarray.ts";
import { factorize, substitute } from "./cholesky_solve.ts";
import { type HostMatrix, hostMatrix } from "./host_matrix.ts";

/** How {@linkcode leastSquares} fits. */
export interface LeastSquaresOptions {
  /**
   * The weight λ of the squared solution in what is minimised, 0 or more; 0 by default. A list has
   * one for each column of `A`: a 0 leaves the weight of a column of ones, a bias, alone.
   */
  ridge?: number | readonly number[];
}

const OPTIONS: Record<keyof LeastSquaresOptions, true> = { ridge: true };

/**
 * The `X` that minimises `||A X - B||^2 + Σ_j λ_j ||X_j||^2`, by the normal equations
 * `(A^T A + diag(λ)) X = A^T B` and Cholesky's factors of their matrix.
 *
 * It is computed on the host in f64 and has no gradient. The normal equations square the condition
 * of `A`: of columns that are nearly combinations of each other, digits are lost, which a ridge
 * cures. NumPy's `lstsq` takes singular values instead and accepts columns that depend on each
 * other.
 *
 * @param A The matrix, `[N, n]`.
 * @param B The right-hand sides, `[N, m]`, or one, `[N]`.
 * @returns `X`, `[n, m]`, or `[n]`.
 * @throws {ShapeError} unless `A` is a matrix and `B` has as many rows.
 * @throws {RangeError} for a ridge that is negative, not finite, or of another length.
 * @throws {DataError} if the columns of `A` depend on each other (and no ridge is given), or a number
 * is not finite.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { leastSquares } from "@neurite/tensor";
 *
 * // The line through (0, 1), (1, 3) and (2, 5): slope 2, offset 1.
 * const line = leastSquares([[0, 1], [1, 1], [2, 1]], [1, 3, 5]);
 * assertAlmostEquals(line.get(0), 2, 1e-12);
 * assertAlmostEquals(line.get(1), 1, 1e-12);
 * ```
 */
export function leastSquares(
  A: TensorLike,
  B: TensorLike,
  options: LeastSquaresOptions = {},
): NdArray<Float64Array> {
  checkOptions("fit least squares", options, OPTIONS);
  const { ridge = 0 } = options;
  const fit = "fit least squares", a = hostMatrix(fit, "A", A), b = hostMatrix(fit, "B", B);
  if (a.vector || a.rows !== b.rows) {
    const shapes = [a.vector ? [a.rows] : [a.rows, a.columns], [b.rows, b.columns]];
    throw new ShapeError(fit, "A must be a matrix and B have as many rows", shapes);
  }
  const gram = transposedProduct(a, a), X = transposedProduct(a, b);
  ridges(ridge, a.columns).forEach((λ, j) => gram.data[j * a.columns + j] += λ);
  const failed = factorize(gram);
  if (failed >= 0) {
    throw new DataError(
      `Cannot ${fit} as the columns of A must not depend on each other: current column ${failed} ` +
        "is, to the last digits, a combination of those before it. Give a (greater) ridge",
      { offset: failed },
    );
  }
  substitute(gram, X);
  return ndarray(X.data, b.vector ? [X.rows] : [X.rows, X.columns]);
}

/** `A^T B` */
function transposedProduct(a: HostMatrix, b: HostMatrix): HostMatrix {
  const data = new Float64Array(a.columns * b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let i = 0; i < a.columns; i++) {
      const v = a.data[row * a.columns + i];
      for (let j = 0; j < b.columns; j++) {
        data[i * b.columns + j] += v * b.data[row * b.columns + j];
      }
    }
  }
  return { data, rows: a.columns, columns: b.columns, vector: false };
}

/** The ridge of each column. */
function ridges(ridge: number | readonly number[], columns: number): readonly number[] {
  const each = typeof ridge === "number" ? new Array<number>(columns).fill(ridge) : ridge;
  if (each.length === columns && each.every((λ) => Number.isFinite(λ) && λ >= 0)) return each;
  throw new RangeError(
    `Cannot fit least squares as the ridge must be a number of 0 or more, or one for each of ` +
      `${columns} columns: current ${JSON.stringify(ridge)}`,
  );
}
