/** Reading many small tensors at once. */
import { cast } from "./ops/elementwise/cast.ts";
import { concat } from "./ops/shape/concat.ts";
import { reshape } from "./ops/shape/reshape.ts";
import { tidy } from "./scope.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The values of tensors of one backend, read together: a device is asked once, however many there
 * are. As float32, in which the integers of labels and counts are exact.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@neurite/tensor";
 * import { readTogether } from "@neurite/tensor/internal";
 *
 * const [a, b] = await readTogether([tensor([1, 2]), tensor(3)]);
 * assertEquals([...Array.from(a), ...Array.from(b)], [1, 2, 3]);
 * ```
 */
export async function readTogether(tensors: readonly Tensor[]): Promise<ArrayLike<number>[]> {
  if (tensors.length === 0) return [];
  const joined = tidy(() => concat(tensors.map((x) => reshape(cast(x, "float32"), [x.size]))));
  try {
    const values = await joined.data();
    let end = 0;
    return tensors.map(({ size }) => values.subarray(end, end += size));
  } finally {
    joined.dispose();
  }
}
