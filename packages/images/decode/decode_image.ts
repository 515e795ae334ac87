/** Pictures out of files. */
import { checkCount, checkOptions } from "@neurite/tensor/internal";
import { type Channels, convertChannels, type Image } from "../image.ts";
import { decodeJpeg } from "./jpeg.ts";
import { isJpeg } from "./jpeg_segments.ts";
import { decodePng } from "./png.ts";
import { isPng } from "./png_chunks.ts";
import { orient } from "./orientation.ts";
import { startsWith, undecodable } from "./reading.ts";

/** How {@linkcode decodeImage} decodes. */
export interface DecodeOptions {
  /** Channels of the result: 1 grey, 3 colours, 2 and 4 with opacity; those of the file by default. */
  readonly channels?: Channels;
  /** The most pixels that an image may have; 50 million by default. */
  readonly maxPixels?: number;
  /** Whether a photograph is turned as its Exif data say; `true` by default. */
  readonly orient?: boolean;
  /** The name of the file, for messages. */
  readonly file?: string;
}

const OPTIONS: Record<keyof DecodeOptions, true> = {
  channels: true,
  maxPixels: true,
  orient: true,
  file: true,
};

/** What else a file may be, by how it begins. */
const OTHERS: readonly [name: string, signature: readonly number[], at?: number][] = [
  ["a GIF image", [0x47, 0x49, 0x46, 0x38]],
  ["a WebP image", [0x57, 0x45, 0x42, 0x50], 8],
  ["an AVIF or HEIC image", [0x66, 0x74, 0x79, 0x70], 4],
  ["a TIFF image", [0x49, 0x49, 0x2a, 0]],
  ["a TIFF image", [0x4d, 0x4d, 0, 0x2a]],
  ["a BMP image", [0x42, 0x4d]],
];

/**
 * The picture in a PNG or JPEG file.
 *
 * - PNG: grey, colours and palettes of all depths, with and without opacity, interlaced or not; numbers of
 *   16 bits become the nearest of 8. Colour profiles are not applied; of an animation, the first image.
 * - JPEG: baseline and progressive, grey, colours, and the four inks of printing as Adobe writes them,
 *   mixed on white without their profile. Colours are interpolated and mixed as libjpeg does it, so that
 *   numbers differ from its by rounding alone. Lossless, hierarchical and arithmetic coding, and numbers
 *   of 12 bits, are refused.
 *
 * The sizes in the header are checked before anything is decoded, and no more is decompressed than they
 * say. Decoding needs no permission, and compiles nothing at run time: it runs in pages, too.
 *
 * @throws {DataError} for a file that is no such image, is truncated or damaged, of a kind that is not
 * decoded, or has more than `maxPixels`; it names the file, where, and what was expected and found.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { decodeImage } from "@neurite/images";
 * import { DataError } from "@neurite/tensor";
 *
 * const png = Uint8Array.fromBase64(
 *   "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==",
 * );
 * const { width, height, channels, data } = decodeImage(png);
 * assertEquals([width, height, channels], [2, 1, 3]);
 * assertEquals([...data], [255, 0, 0, 0, 0, 255]); // a red pixel and a blue one
 * assertThrows(() => decodeImage(png.subarray(0, 50)), DataError, "truncated");
 * ```
 */
export function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Image {
  const action = "decode an image";
  checkOptions(action, options, OPTIONS);
  const { channels, maxPixels = 50e6, orient: turn = true, file = "the image" } = options;
  checkCount(action, "maxPixels", maxPixels);
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot ${action} as it must be the bytes of a file, a Uint8Array: current ${typeof bytes}`,
    );
  }
  const reading = { file, maxPixels };
  const decode = isPng(bytes) ? decodePng : isJpeg(bytes) ? decodeJpeg : undefined;
  if (decode === undefined) {
    throw undecodable(reading, "it must be a PNG or JPEG image", described(bytes), { offset: 0 });
  }
  const { image, orientation } = decode(bytes, reading);
  const upright = turn ? orient(image, orientation) : image;
  return channels === undefined ? upright : convertChannels(upright, channels);
}

/** What bytes are that are neither PNG nor JPEG. */
function described(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const other = OTHERS.find(([, signature, at]) => startsWith(bytes, signature, at));
  if (other !== undefined) return other[0];
  const begin = bytes.subarray(0, 16);
  if (begin.every((byte) => byte >= 9 && byte < 127)) return "a text";
  return `bytes that begin with ${Array.from(begin.subarray(0, 4), hex).join(" ")}`;
}

const hex = (byte: number) => byte.toString(16).padStart(2, "0");
