/** Images for comparisons with other programs. */
import { type NdArray, ndarray } from "@neurite/tensor";

/** Images that need no file, `[count, size, size, 3]`: number i of all is sin(i). */
export function images(count: number, size: number): NdArray {
  const numbers = Float32Array.from({ length: count * size * size * 3 }, (_, i) => Math.sin(i));
  return ndarray(numbers, [count, size, size, 3]);
}
