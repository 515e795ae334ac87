/**
 * Photographs: decoded out of PNG and JPEG files, brought to one size, read from folders in batches, changed
 * at random in training, and named by a network that was trained on ImageNet.
 *
 * An {@linkcode Image} lies on the host, with numbers from 0 to 255; networks take float32 tensors
 * `[n, height, width, channels]`, which {@linkcode toTensor} makes of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { centerCrop, resize, toTensor } from "@neurite/images";
 *
 * const image = { width: 400, height: 300, channels: 3, data: new Uint8Array(360_000) } as const;
 * using x = toTensor(centerCrop(resize(image, 64), 56));
 * assertEquals(x.shape, [1, 56, 56, 3]);
 * ```
 *
 * @module
 */
export { centerCrop } from "./center_crop.ts";
export { classify, type ClassifyOptions, type Guess } from "./classify.ts";
export { decodeImage, type DecodeOptions } from "./decode/decode_image.ts";
export { type ImageFolder, imageFolder, type ImageFolderOptions } from "./folder/image_folder.ts";
export { type ImageBatch, ImageSet, type LabelMode } from "./folder/image_set.ts";
export type { ImageFile } from "./folder/list_images.ts";
export { type Channels, convertChannels, type Image } from "./image.ts";
export { imagenetLabels } from "./imagenet_labels.ts";
export * from "./layers/mod.ts";
export { preprocess, type PreprocessOptions } from "./preprocess.ts";
export { resize, type ResizeOptions, type Size } from "./resize.ts";
export { IMAGENET_STATISTICS, normalize, type Statistics, toTensor } from "./to_tensor.ts";
