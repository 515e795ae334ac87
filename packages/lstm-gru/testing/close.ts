/** Comparison of a tensor with the numbers of a fixture. */
import { asTensor, type Tensor, type TensorLike, tidy } from "@neurite/tensor";
import { AssertionError } from "node:assert";

/**
 * Passes if both have one shape and every element differs from the expected one by no more than
 * `tolerance` times the largest expected one.
 */
export function assertClose(
  actual: Tensor,
  expected: TensorLike,
  tolerance: number,
  what: string,
): void {
  const { shape, values: wanted } = tidy(() => {
    const { shape } = asTensor(expected), values = [...asTensor(expected).dataSync()];
    return { shape, values };
  });
  const values = [...actual.dataSync()], largest = Math.max(...wanted.map(Math.abs)) || 1;
  const worst = Math.max(0, ...wanted.map((w, i) => Math.abs(values[i] - w))) / largest;
  if (actual.shape.join() === shape.join() && worst <= tolerance) return;
  throw new AssertionError({
    message: `${what} [${actual.shape}] is off by ${worst} of ${largest}, more than ${tolerance}`,
    actual: values,
    expected: wanted,
  });
}
