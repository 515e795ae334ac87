/** How far points are from centres. */
import { concat, expandDims, slice, square, sub, sum, type Tensor, tidy } from "@neurite/tensor";

/** Differences that are held at once, at most: beyond, the points are taken in parts. */
const AT_ONCE = 2 ** 22;

/** `||x_n - c_j||^2` of points `x` `[N, d]` and centres `c` `[k, d]`: `[N, k]`. */
export function squaredDistances(x: Tensor, c: Tensor): Tensor {
  const [N, d] = x.shape, rows = Math.max(1, Math.floor(AT_ONCE / (c.shape[0] * d)));
  // ||x - c||^2 = Σ_i (x_i - c_i)^2
  const of = (x: Tensor) => tidy(() => sum(square(sub(expandDims(x, 1), c)), { axis: -1 }));
  if (N <= rows) return of(x);
  return tidy(() => {
    const parts: Tensor[] = [];
    for (let i = 0; i < N; i += rows) parts.push(of(slice(x, [i], [Math.min(rows, N - i)])));
    return concat(parts);
  });
}
