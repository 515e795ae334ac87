/** Clipping: gradients that are too large are made smaller before a step. */
import {
  add,
  clip,
  div,
  greater,
  minimum,
  mul,
  sqrt,
  square,
  sum,
  type Tensor,
  where,
} from "@neurite/tensor";
import { infinityNorm } from "@neurite/tensor/internal";

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
  if (clipNorm !== undefined) return gradients.flatMap((g) => shorten([g], clipNorm));
  return globalClipNorm === undefined ? gradients : shorten(gradients, globalClipNorm);
}

/** Above it the sum of squares may be more than a float32 can be. */
const LARGE = 2 ** 48;

/**
 * Gradients that are together at most `c` long: `g ← g min(1, c / ‖g‖)`. Where squares may overflow,
 * the norm is taken of `g / max |g|`.
 */
function shorten(gradients: readonly Tensor[], c: number): Tensor[] {
  const largest = infinityNorm(gradients), large = greater(largest, LARGE);
  const may = !large.backend.synchronous || large.item() !== 0;
  const unit = may ? where(large, largest, 1) : undefined;
  const parts = unit === undefined ? gradients : gradients.map((g) => div(g, unit));
  const norm = sqrt(parts.map((g) => sum(square(g))).reduce((a, b) => add(a, b)));
  const scale = minimum(unit ?? 1, div(c, norm));
  return parts.map((g) => mul(g, scale));
}
