/** Activations that products, convolutions and normalisations apply on the way. */
import type { FusedActivation } from "@neurite/tensor";

const ACTIVATIONS: Readonly<Record<FusedActivation, (z: string) => string>> = {
  linear: (z) => z,
  relu: (z) => `positivePart(${z})`,
  sigmoid: (z) => `sigmoidOf(${z})`,
  tanh: (z) => `tanhOf(${z})`,
};

/** The activation of an expression. */
export function activated(activation: FusedActivation, z: string): string {
  return ACTIVATIONS[activation](z);
}
