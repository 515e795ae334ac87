/** An image of a folder, in the size of all. */
import { centerCrop } from "../center_crop.ts";
import { decodeImage } from "../decode/decode_image.ts";
import { resize } from "../resize.ts";

/** What becomes of a file. */
export interface Loading {
  /** Height and width. */
  readonly size: readonly [height: number, width: number];
  /** Grey, or colours. */
  readonly channels: 1 | 3;
  /** Whether what does not fit the proportions is cut off, or the image stretched. */
  readonly fit: "crop" | "stretch";
  /** How new pixels are found. */
  readonly interpolation: "bilinear" | "bicubic";
  /** The most pixels that a file may have. */
  readonly maxPixels: number;
}

/** The pixels of a file, from 0 to 255. */
export function loadImage(bytes: Uint8Array, file: string, loading: Loading): Uint8Array {
  const { size: [height, width], channels, fit, interpolation, maxPixels } = loading;
  const image = decodeImage(bytes, { channels, maxPixels, file });
  if (fit === "stretch") {
    return resize(image, [height, width], { interpolation }).data;
  }
  // So large that it covers the size, and no larger; then its middle.
  const scale = Math.max(height / image.height, width / image.width);
  const covering = [
    Math.max(height, Math.round(image.height * scale)),
    Math.max(width, Math.round(image.width * scale)),
  ] as const;
  return centerCrop(resize(image, covering, { interpolation }), [height, width]).data;
}
