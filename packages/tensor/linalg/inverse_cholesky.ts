/** The inverse of Cholesky's factor. */
import type { TensorLike } from "../convert.ts";
import { ShapeError } from "../errors.ts";
import { type NdArray, ndarray } from "../ndarray.ts";
import { factorize } from "./cholesky_solve.ts";
import { hostMatrix } from "./host_matrix.ts";

/**
 * The lower triangular `C = L^-1` of a symmetric, positive definite matrix `G = L L^T` (only its lower
 * triangle is read), so that `C G C^T = I`. With `G = A A^T`, the rows of `C A` are orthonormal, each on
 * the side of its own row of `A`: the Q of `A^T = Q R`, transposed, with a positive diagonal of `R`.
 *
 * It is computed on the host in f64 and has no gradient: for matrices of up to some hundred rows.
 *
 * @param G The matrix, `[n, n]`.
 * @param least What share of a diagonal element must be left of it when the rows before are taken away:
 * what `G` was rounded to, or more. By default what f64 rounds to.
 * @returns `C`, `[n, n]`; `undefined` where less is left: a row is a combination of those before it.
 * @throws {ShapeError} unless `G` is square.
 * @throws {DataError} if a number is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inverseCholesky } from "@neurite/tensor/internal";
 *
 * // [[4, 2], [2, 5]] = L L^T with L = [[2, 0], [1, 2]]
 * assertEquals([...inverseCholesky([[4, 2], [2, 5]])!.data], [0.5, 0, -0.25, 0.5]);
 * assertEquals(inverseCholesky([[1, 2], [2, 4]]), undefined);
 * ```
 */
export function inverseCholesky(G: TensorLike, least = 0): NdArray<Float64Array> | undefined {
  const g = hostMatrix("invert a factor", "G", G), { data: l, rows: n } = g;
  if (g.vector || n !== g.columns) {
    throw new ShapeError("invert a factor", "G must be a square matrix", [
      g.vector ? [n] : [n, g.columns],
    ]);
  }
  if (factorize(g, least) >= 0) return undefined;
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) { //                           c_ii = 1 / l_ii
    for (let j = 0; j <= i; j++) { //                        c_ij = -1/l_ii Σ_{j <= p < i} l_ip c_pj
      let s = i === j ? 1 : 0;
      for (let p = j; p < i; p++) s -= l[i * n + p] * c[p * n + j];
      c[i * n + j] = s / l[i * n + i];
    }
  }
  return ndarray(c, [n, n]);
}
