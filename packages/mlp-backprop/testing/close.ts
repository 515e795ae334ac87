/** Comparison of tensors with the numbers of a fixture. */
import type { Tensor } from "@neurite/tensor";
import { AssertionError } from "node:assert";

type Numbers = readonly number[] | readonly Numbers[];

/**
 * Passes if every element of each tensor differs from the expected one by no more than `tolerance`
 * times the largest expected one of that tensor.
 */
export function assertClose(
  tensors: readonly Tensor[],
  expected: readonly Numbers[],
  tolerance: number,
  what = "",
): void {
  tensors.forEach((tensor, i) => {
    const actual = tensor.toNdarray().data, wanted = (expected[i] as number[]).flat(9);
    const largest = Math.max(...wanted.map(Math.abs));
    const worst = Math.max(...wanted.map((w, k) => Math.abs(actual[k] - w))) / (largest || 1);
    if (actual.length === wanted.length && worst <= tolerance) return;
    throw new AssertionError({
      message: `${what}[${i}] is off by ${worst} of ${largest}, more than ${tolerance}`,
      actual: [...actual],
      expected: wanted,
    });
  });
}
