/** Comparison of tensors with the numbers of a fixture. */
import { asTensor, type Tensor, type TensorLike, tidy } from "@neurite/tensor";
import { AssertionError } from "node:assert";

/**
 * Passes if both have one shape and every element differs from the expected one by no more than
 * `tolerance` times the largest expected one. On the reference backend both are in f64.
 */
export function assertClose(
  actual: Tensor,
  expected: TensorLike,
  tolerance: number,
  what = "result",
): void {
  const { shape, data: wanted } = tidy(() => asTensor(expected).toNdarray());
  const values = actual.toNdarray().data, largest = Math.max(...wanted.map(Math.abs)) || 1;
  const worst = Math.max(0, ...wanted.map((w, i) => Math.abs(values[i] - w))) / largest;
  if (actual.shape.join() === shape.join() && worst <= tolerance) return;
  throw new AssertionError({
    message: `${what} [${actual.shape}] is off by ${worst} of ${largest}, more than ${tolerance}`,
    actual: [...values],
    expected: [...wanted],
  });
}

/** Compares each of several tensors. */
export function assertAllClose(
  actual: readonly Tensor[],
  expected: readonly TensorLike[],
  tolerance: number,
  what = "result",
): void {
  actual.forEach((tensor, i) => assertClose(tensor, expected[i], tolerance, `${what} ${i}`));
}
