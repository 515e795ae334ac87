/** Reading many small tensors at once. */
import { cast, concat, reshape, type Tensor, tidy } from "@neurite/tensor";

/**
 * The values of tensors of one backend, read together: a device is asked once, however many there
 * are. As float32, in which the integers of labels and counts are exact.
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
