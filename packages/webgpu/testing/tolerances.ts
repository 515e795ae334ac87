/** Where results on a device of WebGPU may differ from the reference by more than those of others. */
import type { Tolerance } from "@neurite/tensor/contract";

/** By operation, each with its cause. */
export const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  variance: {
    relative: 5e-7,
    moved: 64,
    cause:
      "sums are taken in 32 bits, and the gradient takes the mean off numbers that are near it",
  },
};
