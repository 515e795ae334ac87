/** Photographs as torchvision's networks for ImageNet take them. */
import { type Tensor, tidy } from "@neurite/tensor";
import { checkCount, checkOptions } from "@neurite/tensor/internal";
import { centerCrop } from "./center_crop.ts";
import { convertChannels, type Image } from "./image.ts";
import { resize, type ResizeOptions } from "./resize.ts";
import { IMAGENET_STATISTICS, normalize, type Statistics, toTensor } from "./to_tensor.ts";

/** How {@linkcode preprocess} prepares; torchvision's values by default. */
export interface PreprocessOptions
  extends Partial<Statistics>, Pick<ResizeOptions, "interpolation"> {
  /** The side of the square that is cut out of the middle; 224 by default. */
  readonly size?: number;
  /** The shorter side before that; 256 by default, and 8/7 of another `size`. */
  readonly resize?: number;
}

const OPTIONS: Record<keyof PreprocessOptions, true> = {
  size: true,
  resize: true,
  interpolation: true,
  mean: true,
  std: true,
};

/**
 * Photographs for a network that was trained on ImageNet as torchvision's were: in red, green and blue, the
 * shorter side 256 pixels long, the square of 224 in the middle, numbers from 0 to 1, each channel
 * normalized by {@linkcode IMAGENET_STATISTICS}. Gives `[n, 224, 224, 3]`.
 *
 * @throws {RangeError} where sizes are not integers of at least 1. @throws {TypeError} for what is no image.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { preprocess } from "@neurite/images";
 *
 * const black = { width: 300, height: 400, channels: 1, data: new Uint8Array(120_000) } as const;
 * using x = preprocess(black);
 * assertEquals(x.shape, [1, 224, 224, 3]);
 * assertAlmostEquals(x.dataSync()[0], -0.485 / 0.229, 1e-6);
 * ```
 */
export function preprocess(
  images: Image | readonly Image[],
  options: PreprocessOptions = {},
): Tensor {
  const action = "prepare a photograph";
  checkOptions(action, options, OPTIONS);
  const { mean, std } = { ...IMAGENET_STATISTICS, ...options }, { size = 224 } = options;
  checkCount(action, "size", size);
  const { interpolation, resize: side = Math.round(size * 8 / 7) } = options;
  checkCount(action, "resize", side);
  const list = Array.isArray(images) ? images : [images as Image];
  const squares = list.map((image) =>
    centerCrop(resize(convertChannels(image, 3), side, { interpolation }), size)
  );
  return tidy(() => normalize(toTensor(squares), { mean, std }));
}
