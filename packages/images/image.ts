/** A picture on the host: numbers from 0 to 255 in rows. */

/** What the numbers of a pixel are: grey; grey and opacity; red, green, blue; and opacity. */
export type Channels = 1 | 2 | 3 | 4;

/**
 * A picture on the host. Rows come from the top, pixels from the left, the numbers of a pixel one after
 * the other: that in row `i` and column `j` begins at `channels (width i + j)`. They go from 0 to 255.
 *
 * Of a canvas: `{ width, height, channels: 4, data: new Uint8Array(imageData.data.buffer) }`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Image, resize } from "@neurite/images";
 *
 * const image: Image = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 100) };
 * assertEquals([...resize(image, [1, 1]).data], [50]);
 * ```
 */
export interface Image {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Numbers of a pixel. */
  readonly channels: Channels;
  /** The numbers. */
  readonly data: Uint8Array;
}

/** Refuses what is no image; `action` is what was to be done with it. */
export function checkImage(action: string, image: Image): void {
  const { width, height, channels, data } = image ?? {} as Image;
  const counts = [width, height, channels].every((n) => Number.isSafeInteger(n) && n > 0);
  const bytes = data instanceof Uint8Array;
  if (counts && channels <= 4 && bytes && data.length === width * height * channels) return;
  const found = bytes
    ? `${width} x ${height} pixels of ${channels} channels and ${data.length} bytes`
    : "no image";
  throw new TypeError(
    `Cannot ${action} as an image must have width, height, channels (1 to 4) and a byte for each ` +
      `number: current ${found}. decodeImage makes one of a file`,
  );
}

/**
 * The same image with another number of channels. Grey becomes three equal numbers; colours become grey
 * by `(19595 r + 38470 g + 7471 b) / 65536` (ITU-R BT.601, as in Pillow); opacity is left out, as
 * torchvision's folders of images do, or is 255.
 *
 * @throws {TypeError} for what is no image. @throws {RangeError} unless `channels` is 1, 2, 3 or 4.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convertChannels } from "@neurite/images";
 *
 * const red = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0) } as const;
 * assertEquals([...convertChannels(red, 1).data], [76]);
 * assertEquals([...convertChannels(red, 4).data], [255, 0, 0, 255]);
 * ```
 */
export function convertChannels(image: Image, channels: Channels): Image {
  const action = "convert an image";
  checkImage(action, image);
  if (![1, 2, 3, 4].includes(channels)) {
    throw new RangeError(`Cannot ${action} as channels must be 1, 2, 3 or 4: current ${channels}`);
  }
  if (image.channels === channels) return image;
  const { width, height, data, channels: from } = image, size = width * height;
  const made = new Uint8Array(size * channels), colours = from >= 3;
  for (let i = 0, p = 0, q = 0; i < size; i++, p += from, q += channels) {
    if (channels >= 3) {
      for (let c = 0; c < 3; c++) made[q + c] = data[colours ? p + c : p];
    } else {
      made[q] = colours
        ? (19595 * data[p] + 38470 * data[p + 1] + 7471 * data[p + 2] + 0x8000) >> 16
        : data[p];
    }
    if (channels % 2 === 0) made[q + channels - 1] = from % 2 === 0 ? data[p + from - 1] : 255;
  }
  return { width, height, channels, data: made };
}
