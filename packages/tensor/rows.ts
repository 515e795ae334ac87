/** Rows of numbers on the host. */
import type { TypedArray } from "./ndarray.ts";

/** Copies rows of `width` numbers, in the order of `rows`, one behind the other. */
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
