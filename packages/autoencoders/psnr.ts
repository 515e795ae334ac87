/** How much an image differs from another, in decibels. */
import { asTensor, mean, ShapeError, square, sub, type TensorLike } from "@neurite/tensor";
import { onHost } from "@neurite/tensor/internal";

/**
 * The peak signal-to-noise ratio of images with pixels in [0, 1], in dB, over all pixels of all
 * images: `PSNR = 10 log10(1 / MSE)`. 10 dB more is a tenth of the squared error; equal images have
 * `Infinity`. Throws `ShapeError` unless both have one shape: nothing is broadcast, and images there
 * must be.
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
  const error = onHost(() => {
    const [a, b] = [clean, noisy].map((images) => asTensor(images));
    if (a.shape.join() !== b.shape.join() || a.size === 0) {
      throw new ShapeError("compute the PSNR", "both must be images, of one shape", [
        a.shape,
        b.shape,
      ]);
    }
    return mean(square(sub(a, b))).item();
  });
  return 10 * Math.log10(1 / error);
}
