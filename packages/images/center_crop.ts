/** The middle of an image. */
import { pair } from "@neurite/tensor/internal";
import { checkImage, type Image } from "./image.ts";
import type { Size } from "./resize.ts";

/**
 * The middle of an image: `size` is `[height, width]`, or one number for both. Where the image is smaller,
 * black stands around it. Rounding is torchvision's: what is left over goes to the right and below, every
 * other time to the left and above.
 *
 * @throws {RangeError} unless sizes are integers of at least 1. @throws {TypeError} for what is no image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { centerCrop } from "@neurite/images";
 *
 * const image = { width: 4, height: 1, channels: 1, data: Uint8Array.of(1, 2, 3, 4) } as const;
 * assertEquals([...centerCrop(image, [1, 2]).data], [2, 3]);
 * ```
 */
export function centerCrop(image: Image, size: Size): Image {
  const action = "crop an image";
  checkImage(action, image);
  const [height, width] = pair(action, "the size", size, 1), { channels } = image;
  const top = offset(image.height, height), left = offset(image.width, width);
  const data = new Uint8Array(height * width * channels);
  const begin = Math.max(0, left), end = Math.min(image.width, left + width);
  for (let i = Math.max(0, -top); i < height && top + i < image.height; i++) {
    const from = (top + i) * image.width;
    const part = image.data.subarray((from + begin) * channels, (from + end) * channels);
    data.set(part, (i * width + begin - left) * channels);
  }
  return { width, height, channels, data };
}

/** Where a part of `m` begins in the middle of `n`; below 0 where it is longer. */
function offset(n: number, m: number): number {
  if (m > n) return -Math.floor((m - n) / 2);
  const half = (n - m) / 2, down = Math.floor(half);
  return half > down && down % 2 === 1 ? down + 1 : down; // halves to the even number, as Python rounds
}
