/** Rows of numbers on the host. */
import type { TypedArray } from "./ndarray.ts";

/**
 * Copies rows of `width` numbers, in the order of `rows`, one behind the other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { copyRows } from "@neurite/tensor/internal";
 *
 * const to = new Float32Array(4);
 * copyRows(Float32Array.of(1, 2, 3, 4), 2, Int32Array.of(1, 0), to);
 * assertEquals([...to], [3, 4, 1, 2]);
 * ```
 */
export function copyRows(
  from: TypedArray,
  width: number,
  rows: Int32Array,
  to: TypedArray,
): void {
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * width;
    to.set(from.subarray(at, at + width), i * width);
  }
}
