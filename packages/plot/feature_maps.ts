/**
 * What the filters of a convolution find in an image.
 *
 * @module
 */
import type { NdArrayLike } from "./arrays.ts";
import { type ChannelOptions, keyOf, readBlock, toBytes } from "./channels.ts";
import { gridPicture } from "./image_grid.ts";
import type { ImageStack } from "./images.ts";
import type { Picture } from "./picture.ts";

/** Options of {@linkcode featureMaps}. */
export interface FeatureMapsOptions extends ChannelOptions {
  /** A text under every map; `"\n"` breaks the line. */
  captions?: readonly string[];
}

/**
 * The feature maps of one image, `[height, width, channels]` (channels innermost, as Keras has them):
 * what a layer of convolutions or of pooling gives, one small image a channel, in their order. A map
 * that is the same everywhere is black.
 *
 * @throws {TypeError} where `maps` has not three axes; of a batch, pick one image.
 * @throws {RangeError} where a number is NaN or infinite, or an option is none of its values.
 *
 * @example
 * ```ts
 * import { featureMaps } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * // Two channels: one rises to the right, the other one downwards.
 * const maps = [[[0, 0], [1, 0]], [[0, 0.2], [1, 0.2]]];
 * const picture = featureMaps(maps, { captions: ["right", "down"] });
 * assertEquals(picture.toTerminal({ columns: 20, color: false }), " █     ▒▒\nright  down");
 * ```
 */
export function featureMaps(
  maps: NdArrayLike | ArrayLike<ArrayLike<ArrayLike<number>>>,
  options: FeatureMapsOptions = {},
): Picture {
  const task = "draw feature maps";
  const { values, shape } = readBlock(maps, ["height", "width", "channels"], task, "maps");
  const [height, width, channels] = shape;
  const images = Array.from(
    { length: channels },
    (_, channel) =>
      Array.from({ length: height * width }, (_, pixel) => values[pixel * channels + channel]),
  );
  const { title, columns, scale, gap, captions } = options;
  const stack: ImageStack = {
    height,
    width,
    channels: options.colours === "diverging" ? 3 : 1,
    pixels: toBytes(images, options, task),
  };
  const key = keyOf(images, options);
  return gridPicture(stack, { title, columns, scale, gap, captions }, { key });
}
