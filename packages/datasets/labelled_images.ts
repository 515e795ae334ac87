/** What {@linkcode loadCifar10} and {@linkcode syntheticShapes} both give. */
import type { NdArray } from "@neurite/tensor";

/** Colour images, and what each shows. */
export interface LabelledImages {
  /** Red, green and blue, 0 to 255, `[n, 32, 32, 3]`: example, row, column, channel. */
  images: NdArray<Uint8Array>;
  /** The number of each image's class, `[n]`. */
  labels: NdArray<Uint8Array>;
  /** The names of the classes, by their numbers. */
  classes: readonly string[];
}
