/** Comparison of a tensor with the numbers of a fixture. */
import type { Tensor } from "@neurite/tensor";
import { AssertionError } from "node:assert";

type Numbers = readonly number[] | readonly Numbers[];

/**
 * Passes if every element differs from the expected one by no more than `tolerance` times the
 * largest expected one.
 */
export function assertClose(actual: Tensor, expected: Numbers, tolerance: number, what = ""): void {
  const { data } = actual.toNdarray(), wanted = (expected as number[]).flat(9);
  const largest = Math.max(...wanted.map(Math.abs)) || 1;
  const worst = Math.max(...wanted.map((w, i) => Math.abs(data[i] - w))) / largest;
  if (data.length === wanted.length && worst <= tolerance) return;
  throw new AssertionError({
    message: `${what} is off by ${worst} of ${largest}, more than ${tolerance}`,
    actual: [...data],
    expected: wanted,
  });
}
