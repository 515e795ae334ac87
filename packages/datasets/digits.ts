/** What {@linkcode loadMnist} and {@linkcode syntheticDigits} both give. */
import type { NdArray } from "@neurite/tensor";

/** Images of digits and what they show. */
export interface Digits {
  /** Grey levels, 0 (paper) to 255 (ink), `[n, 28, 28]`: example, row, column. */
  images: NdArray<Uint8Array>;
  /** The digits, 0 to 9, `[n]`. */
  labels: NdArray<Uint8Array>;
}
