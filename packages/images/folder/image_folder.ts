/** A folder of images with a folder for each class, made into a set to train and one to test with. */
import { Rng } from "@neurite/tensor";
import { checkCount, checkOneOf, checkOptions, pair } from "@neurite/tensor/internal";
import type { Size } from "../resize.ts";
import { ImageSet, type ImageSetSettings, type LabelMode } from "./image_set.ts";
import { type ImageFile, listImages } from "./list_images.ts";
import { decodeBeside, decodeHere } from "./decode_threads.ts";
import type { Loading } from "./load_image.ts";

/** How {@linkcode imageFolder} reads; only `size` must be given. */
export interface ImageFolderOptions {
  /** The size of all images, `[height, width]`, or one number for both. */
  readonly size: Size;
  /** The share of each class that is trained on, above 0 and at most 1; 0.8 by default. */
  readonly split?: number;
  /** The seed of the split, and of the order of each epoch; 0 by default. */
  readonly seed?: number;
  /** Images in a batch; 32 by default. */
  readonly batchSize?: number;
  /** Whether each epoch of the training has another order; `true` by default. */
  readonly shuffle?: boolean;
  /** 3 for colours (the default), 1 for grey. */
  readonly channels?: 1 | 3;
  /**
   * How classes are told: `"int"` (the default) by their numbers, for a sparse loss, `"categorical"` by rows
   * with a 1, for `categoricalCrossentropy`.
   */
  readonly labelMode?: LabelMode;
  /**
   * What becomes of images with other proportions: `"crop"` (the default) cuts off what is too long,
   * `"stretch"` distorts.
   */
  readonly fit?: "crop" | "stretch";
  /** How new pixels are found; `"bilinear"` by default. */
  readonly interpolation?: "bilinear" | "bicubic";
  /** The most pixels that a file may have; 50 million by default. */
  readonly maxPixels?: number;
  /** The most bytes of decoded images that each set keeps for the next epoch; 256 MiB by default. */
  readonly cacheBytes?: number;
}

const OPTIONS: Record<keyof ImageFolderOptions, true> = {
  size: true,
  split: true,
  seed: true,
  batchSize: true,
  shuffle: true,
  channels: true,
  labelMode: true,
  fit: true,
  interpolation: true,
  maxPixels: true,
  cacheBytes: true,
};

/** So many images are worth the start of threads that decode. */
const MANY = 256;

/** What {@linkcode imageFolder} gives. */
export interface ImageFolder {
  /** The names of the classes, sorted; their places are their numbers. */
  readonly classes: readonly string[];
  /** The images to train with. */
  readonly train: ImageSet;
  /** The others, in the order of their paths; none with a `split` of 1. */
  readonly test: ImageSet;
}

/**
 * The images of a folder that has a folder for each class, in PNG or JPEG: `photos/cats/1.jpg`,
 * `photos/dogs/2.png`. Of each class `round(split n)` images, at least one, are trained on, the others are
 * for the test; which, follows from the seed. Files whose names do not end in `.png`, `.jpg` or `.jpeg` are
 * left out with a warning, hidden ones without.
 *
 * Nothing is decoded before it is wanted, and the next batches are decoded while the last step computes. In a
 * page, give the files of `<input type="file" webkitdirectory multiple>` in place of the folder. Needs
 * `--allow-read` for the folder.
 *
 * @throws {DataError} where the folder cannot be read, has fewer than two classes, an empty one, or images
 * beside them; and when a file is read that is no image, with its path.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { imageFolder } from "@neurite/images";
 * import { DataError } from "@neurite/tensor";
 *
 * const folder = await Deno.makeTempDir();
 * await assertRejects(() => imageFolder(folder, { size: 8 }), DataError, "at least two classes");
 *
 * const png = Uint8Array.fromBase64(
 *   "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==",
 * );
 * for (const name of ["cats", "dogs"]) {
 *   await Deno.mkdir(`${folder}/${name}`);
 *   for (let i = 0; i < 5; i++) await Deno.writeFile(`${folder}/${name}/${i}.png`, png);
 * }
 * const { classes, train, test } = await imageFolder(folder, { size: 8, split: 0.8, seed: 1 });
 * assertEquals([classes, train.count, test.count], [["cats", "dogs"], 8, 2]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function imageFolder(
  from: string | URL | readonly ImageFile[],
  options: ImageFolderOptions,
): Promise<ImageFolder> {
  const action = "read a folder of images", settings = settingsOf(action, options);
  const { split = 0.8, seed = 0, shuffle = true } = options;
  if (!(split > 0 && split <= 1)) {
    throw new RangeError(
      `Cannot ${action} as split must be above 0 and at most 1: current ${split}`,
    );
  }
  const rng = new Rng(seed), classes = await listImages(from);
  const sets = [[], []] as { source: ImageSetSettings["sources"][number]; label: number }[][];
  classes.forEach(({ sources }, label) => {
    const trained = Math.max(1, Math.round(split * sources.length));
    const order = rng.permutation(sources.length);
    for (const [set, part] of [order.subarray(0, trained), order.subarray(trained)].entries()) {
      for (const i of part.toSorted()) sets[set].push({ source: sources[i], label });
    }
  });
  const names = classes.map(({ name }) => name);
  const [train, test] = sets.map((set, i) =>
    new ImageSet({
      ...settings,
      classes: names,
      sources: set.map(({ source }) => source),
      labels: Int32Array.from(set, ({ label }) => label),
      seed: i === 0 && shuffle ? seed : undefined,
      decode: set.length < MANY ? decodeHere : decodeBeside,
    })
  );
  return { classes: names, train, test };
}

/** What both sets have in common; throws `RangeError` for what makes no sense. */
function settingsOf(action: string, options: ImageFolderOptions) {
  checkOptions(action, options, OPTIONS);
  const { size, batchSize = 32, channels = 3, labelMode = "int", fit = "crop" } = options ??
    {} as ImageFolderOptions;
  const { interpolation = "bilinear", maxPixels = 50e6, cacheBytes = 2 ** 28 } = options;
  checkCount(action, "batchSize", batchSize);
  checkCount(action, "maxPixels", maxPixels);
  checkCount(action, "cacheBytes", cacheBytes, 0);
  checkOneOf(action, "labelMode", labelMode, ["int", "categorical"]);
  checkOneOf(action, "fit", fit, ["crop", "stretch"]);
  checkOneOf(action, "interpolation", interpolation, ["bilinear", "bicubic"]);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot ${action} as channels must be 1 or 3: current ${channels}`);
  }
  const both = pair(action, "the size", size, 1);
  const loading: Loading = { size: both, channels, fit, interpolation, maxPixels };
  return { loading, batchSize, labelMode, cacheBytes };
}
