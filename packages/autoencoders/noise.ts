/** Images corrupted on purpose. */
import {
  add,
  asTensor,
  clip,
  normal,
  type Rng,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { checkOptions, checkPositive } from "@neurite/tensor/internal";

/** How {@linkcode addNoise} corrupts images. */
export interface NoiseOptions {
  /** The standard deviation of the noise; 0.25 by default, as in the chapter. */
  stddev?: number;
  /** The generator; by default the global one. */
  rng?: Rng;
}

/** The names of the options. */
const KNOWN: Readonly<Record<keyof NoiseOptions, true>> = { stddev: true, rng: true };

/**
 * Adds normally distributed noise to every pixel and brings the result back into [0, 1]:
 * `clip(x + 0.25 ε, 0, 1)` with `ε ~ N(0, 1)`. Throws `RangeError` for a `stddev` below 0 or not
 * finite, `TypeError` for an option that does not exist.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { addNoise } from "@neurite/autoencoders";
 * import { Rng } from "@neurite/tensor";
import { checkOptions, checkPositive } from "@neurite/tensor/internal";
 *
 * const noisy = addNoise([[0, 0.5, 1]], { rng: new Rng(1) }).dataSync();
 * assert(noisy.every((v) => v >= 0 && v <= 1) && noisy[1] !== 0.5);
 * ```
 */
export function addNoise(images: TensorLike, options: NoiseOptions = {}): Tensor {
  checkOptions("add noise", options, KNOWN);
  const { stddev = 0.25, rng } = options;
  checkPositive("add noise", "stddev", stddev, true);
  return tidy(() => {
    const x = asTensor(images);
    return clip(add(x, normal(x.shape, 0, stddev, { rng })), 0, 1);
  });
}
