/** Images in another size. */
import { checkOneOf, checkOptions, type Mixture, mixtures, pair } from "@neurite/tensor/internal";
import { checkImage, type Image } from "./image.ts";

/** How {@linkcode resize} finds new pixels. */
export interface ResizeOptions {
  /** By the triangle `1 - |t|` (the default), or by Keys' cubic. */
  readonly interpolation?: "bilinear" | "bicubic";
  /** Whether a smaller image is made of all pixels of the larger one; `true` by default. */
  readonly antialias?: boolean;
}

const OPTIONS: Record<keyof ResizeOptions, true> = { interpolation: true, antialias: true };

/** A height and a width, or one number: torchvision's meaning of it is each function's to say. */
export type Size = number | readonly [height: number, width: number];

/**
 * An image in another size. `size` is `[height, width]`, or one number for its shorter side, the longer one
 * following in proportion (rounded down), as for torchvision's `Resize`.
 *
 * A new pixel is a weighted mean of old ones, along each axis on its own: `y_i = sum_j w((c_i - j) / s) x_j
 * / sum_j w((c_i - j) / s)`, where `c_i` is where its centre lies among the old ones, and `s` how much the
 * image shrinks, at least 1. So every old pixel counts, and fine patterns become grey, not stripes. The
 * weights are those of {@link https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html | torchvision}
 * and Pillow: the triangle `w(t) = 1 - |t|`, or Keys' cubic with the slope -0.5. Numbers are rounded once, at
 * the end; Pillow rounds between the axes, too, and differs by 1 at most.
 *
 * @throws {RangeError} unless sizes are integers of at least 1. @throws {TypeError} for what is no image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resize } from "@neurite/images";
 *
 * const stripes = { width: 4, height: 2, channels: 1, data: Uint8Array.of(0, 90, 0, 90, 0, 90, 0, 90) } as const;
 * const { width, height, data } = resize(stripes, 1);
 * assertEquals([width, height, ...data], [2, 1, 39, 51]);
 * ```
 */
export function resize(image: Image, size: Size, options: ResizeOptions = {}): Image {
  const action = "resize an image";
  checkImage(action, image);
  checkOptions(action, options, OPTIONS);
  const { interpolation = "bilinear", antialias = true } = options;
  checkOneOf(action, "interpolation", interpolation, ["bilinear", "bicubic"]);
  const [height, width] = sizeFor(action, image, size);
  if (height === image.height && width === image.width) return image;
  const settings = {
    interpolation: interpolation === "bilinear" ? "linear" : "cubic",
    alignCorners: false,
    antialias,
  } as const;
  const across = mixtures(image.width, width, settings);
  const down = mixtures(image.height, height, settings);
  return mixRows(mixColumns(image, across), image, width, down);
}

/** The height and the width that are asked for. */
function sizeFor(action: string, { width, height }: Image, size: Size): readonly [number, number] {
  const [first, second] = pair(action, "the size", size, 1);
  if (typeof size !== "number") return [first, second];
  const longer = Math.floor(first * Math.max(width, height) / Math.min(width, height));
  return width < height ? [longer, first] : [first, longer];
}

/** Every row with another number of pixels. */
function mixColumns(image: Image, mixed: readonly Mixture[]): Float32Array {
  const { width, height, channels, data } = image;
  // In plain arrays, as they are gone through for every row: those of new pixel j end at ends[j].
  const places = Int32Array.from(mixed.flat(), ([column]) => column * channels);
  const weights = Float64Array.from(mixed.flat(), ([, weight]) => weight);
  const ends = new Int32Array(mixed.length);
  mixed.forEach(({ length }, j) => ends[j] = (ends[j - 1] ?? 0) + length);
  const made = new Float32Array(height * mixed.length * channels);
  for (let row = 0, to = 0; row < height; row++) {
    const begin = row * width * channels;
    for (let j = 0, first = 0; j < ends.length; first = ends[j++]) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = first; k < ends[j]; k++) sum += weights[k] * data[begin + places[k] + c];
        made[to++] = sum;
      }
    }
  }
  return made;
}

/** Another number of rows, rounded. */
function mixRows(
  rows: Float32Array,
  { channels }: Image,
  width: number,
  mixed: readonly Mixture[],
): Image {
  const line = width * channels, sum = new Float32Array(line);
  const data = new Uint8ClampedArray(mixed.length * line); // rounds and clamps
  mixed.forEach((mixture, i) => {
    sum.fill(0);
    for (const [row, weight] of mixture) {
      for (let k = 0, from = row * line; k < line; k++) sum[k] += weight * rows[from + k];
    }
    data.set(sum, i * line);
  });
  return { width, height: mixed.length, channels, data: new Uint8Array(data.buffer) };
}
