/** The shape rule of the matrix product. */
import { ShapeError } from "../../errors.ts";
import { broadcastShapes } from "../../shape.ts";

/** The sizes of a product: C is m x n, k is summed over; `batch` is the common leading shape. */
export interface MatmulSizes {
  /** The leading axes of the result. */
  readonly batch: readonly number[];
  /** Rows of the result. */
  readonly m: number;
  /** Columns of the result. */
  readonly n: number;
  /** The length of the sums. */
  readonly k: number;
}

/**
 * The sizes of a product of two shapes; throws `ShapeError` if they do not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmulSizes } from "@neurite/tensor/internal";
 *
 * const { m, n, k } = matmulSizes([5, 2], [5, 3], { transposeA: true, transposeB: false });
 * assertEquals([m, n, k], [2, 3, 5]);
 * ```
 */
export function matmulSizes(
  a: readonly number[],
  b: readonly number[],
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
): MatmulSizes {
  const [rowsA, columnsA] = a.slice(-2), [rowsB, columnsB] = b.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [inner, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (k !== inner) {
    const name = (shape: readonly number[], t: boolean) =>
      `[${shape.join(", ")}]${t ? " transposed" : ""}`;
    throw new ShapeError(
      "multiply matrices",
      "the columns of a must be as many as the rows of b",
      [a, b],
      `${name(a, transposeA)} and ${name(b, transposeB)}`,
    );
  }
  return { batch: broadcastShapes("multiply matrices", a.slice(0, -2), b.slice(0, -2)), m, n, k };
}
