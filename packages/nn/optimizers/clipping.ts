/** Clipping: gradients that are too large are made smaller before a step. */
import {
  add,
  clip,
  div,
  maximum,
  minimum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "@neurite/tensor";

/** Which gradients are too large; one of these at most. */
export interface ClippingOptions {
  /** Every number is brought between `-clipValue` and `clipValue`. */
  clipValue?: number;
  /** A gradient whose norm is above `clipNorm` is scaled down to it, each on its own. */
  clipNorm?: number;
  /**
   * All gradients together are scaled down where the norm of all of them is above
   * `globalClipNorm`: the direction of the step stays (Pascanu et al., 2013).
   */
  globalClipNorm?: number;
}

/** Refuses bounds that are not above 0, and more than one. */
export function checkClipping(options: ClippingOptions): void {
  const { clipValue, clipNorm, globalClipNorm } = options;
  const given = Object.entries({ clipValue, clipNorm, globalClipNorm })
    .filter(([, bound]) => bound !== undefined) as [string, number][];
  if (given.length > 1) {
    throw new RangeError(
      "Cannot clip gradients as only one of clipValue, clipNorm and globalClipNorm may be given: " +
        `current ${given.map(([name]) => name).join(", ")}`,
    );
  }
  for (const [name, bound] of given) {
    if (bound > 0) continue;
    throw new RangeError(`Cannot clip gradients as ${name} must be above 0: current ${bound}`);
  }
}

/** The gradients, or smaller ones where they are too large. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipValue, clipNorm, globalClipNorm }: ClippingOptions,
): readonly Tensor[] {
  if (clipValue !== undefined) return gradients.map((g) => clip(g, -clipValue, clipValue));
  if (clipNorm !== undefined) {
    // g ← g c / max(‖g‖, c)
    return gradients.map((g) => mul(g, div(clipNorm, maximum(sqrt(sum(square(g))), clipNorm))));
  }
  if (globalClipNorm !== undefined) {
    const norm = sqrt(gradients.map((g) => sum(square(g))).reduce((a, b) => add(a, b)));
    // g ← g min(1, c / ‖g‖), and NaN where the norm is not finite: the loss is to show it.
    const scale = add(minimum(1, div(globalClipNorm, norm)), sub(norm, norm));
    return gradients.map((g) => mul(g, scale));
  }
  return gradients;
}
