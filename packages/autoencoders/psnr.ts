/** How much an image differs from another, in decibels. */
import { mean, square, sub, type TensorLike, tidy } from "@neurite/tensor";

/**
 * The peak signal-to-noise ratio of images with pixels in [0, 1], in dB, over all pixels of all
 * images: `PSNR = 10 log10(1 / MSE)`. 10 dB more is a tenth of the squared error; equal images have
 * `Infinity`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { psnr } from "@neurite/autoencoders";
 *
 * assertAlmostEquals(psnr([0, 0], [0.1, -0.1]), 20, 1e-4);
 * ```
 */
export function psnr(clean: TensorLike, noisy: TensorLike): number {
  const error = tidy(() => mean(square(sub(clean, noisy))).item());
  return 10 * Math.log10(1 / error);
}
