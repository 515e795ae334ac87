/** Images of several classes, in batches. */
import type { Batch } from "@neurite/nn";
import { type NdArray, ndarray, Rng } from "@neurite/tensor";
import type { Image } from "../image.ts";
import { ahead } from "./ahead.ts";
import type { Source } from "./list_images.ts";
import type { Loading } from "./load_image.ts";

/** Batches whose decoding is begun while one is used. */
const AHEAD = 2;

/** How labels are told: as numbers of classes, or as rows with a 1 in the place of the class. */
export type LabelMode = "int" | "categorical";

/** What a set is made of. */
export interface ImageSetSettings {
  readonly classes: readonly string[];
  readonly sources: readonly Source[];
  readonly labels: Int32Array;
  readonly loading: Loading;
  readonly batchSize: number;
  readonly labelMode: LabelMode;
  /** The seed by which each epoch has another order; in the order of the files without it. */
  readonly seed: number | undefined;
  /** The most bytes of decoded images that are kept. */
  readonly cacheBytes: number;
  /** Decodes a file. */
  readonly decode: (bytes: Uint8Array, file: string, loading: Loading) => Promise<Uint8Array>;
}

/**
 * Images of several classes on their way from files to a network: batches for `fit` and `evaluate`, with
 * pixels from 0 to 1, decoded ahead while the last step computes. {@linkcode imageFolder} makes it.
 *
 * Each epoch of a training has its own order, that follows from the seed and the number of the epoch: a
 * training that is resumed sees what it would have seen. Images that were decoded are kept while there is
 * room for them, so that later epochs read no file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { imageFolder } from "@neurite/images";
 *
 * const png = Uint8Array.fromBase64(
 *   "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==",
 * );
 * const files = ["a/1.png", "a/2.png", "b/1.png", "b/2.png"]
 *   .map((path) => ({ path, arrayBuffer: () => Promise.resolve(png.buffer) }));
 * const { train, test } = await imageFolder(files, { size: [1, 2], split: 0.5, batchSize: 2 });
 * const { x, y } = await test.arrays();
 * assertEquals([x.shape, [...y.data]], [[2, 1, 2, 3], [0, 1]]);
 * for await (const { x } of train) assertEquals(x.shape, [2, 1, 2, 3]);
 * ```
 */
export class ImageSet implements AsyncIterable<ImageBatch> {
  readonly #settings: ImageSetSettings;
  readonly #kept: (Uint8Array | undefined)[] = [];
  #room: number;

  /** Used by `imageFolder`. */
  constructor(settings: ImageSetSettings) {
    this.#settings = settings;
    this.#room = settings.cacheBytes;
  }

  /** The names of the classes, in the order of their numbers. */
  get classes(): readonly string[] {
    return this.#settings.classes;
  }

  /** How many images there are. */
  get count(): number {
    return this.#settings.sources.length;
  }

  /** How many batches there are in an epoch; the last may be smaller. */
  get batches(): number {
    return Math.ceil(this.count / this.#settings.batchSize);
  }

  /** The paths of the images, from the folder of classes on. */
  get paths(): readonly string[] {
    return this.#settings.sources.map(({ path }) => path);
  }

  /** The number of the class of each image. */
  get labels(): Int32Array {
    return this.#settings.labels.slice();
  }

  /** The batches of epoch number `epoch`, counted from 0. */
  epoch(epoch: number): AsyncIterable<ImageBatch> {
    const { seed, batchSize } = this.#settings;
    const order = seed === undefined
      ? Int32Array.from({ length: this.count }, (_, i) => i)
      : orderOf(seed, epoch, this.count);
    const parts = Array.from(
      { length: this.batches },
      (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize),
    );
    return ahead(parts, AHEAD, (part) => this.#batch(part));
  }

  /** The batches of the first epoch. */
  [Symbol.asyncIterator](): AsyncIterator<ImageBatch> {
    return this.epoch(0)[Symbol.asyncIterator]();
  }

  /**
   * All images at once, in the order of their paths, for sets that fit into the memory.
   */
  arrays(): Promise<ImageBatch> {
    return this.#batch(Int32Array.from({ length: this.count }, (_, i) => i));
  }

  /** Image number `i`, in the size of all. */
  async image(i: number): Promise<Image> {
    if (!(Number.isInteger(i) && i >= 0 && i < this.count)) {
      throw new RangeError(
        `Cannot take an image of a set as its number must be from 0 to ${
          this.count - 1
        }: current ${i}`,
      );
    }
    const { size: [height, width], channels } = this.#settings.loading;
    return { width, height, channels, data: await this.#pixels(i) };
  }

  async #batch(places: Int32Array): Promise<ImageBatch> {
    const { size: [height, width], channels } = this.#settings.loading;
    const each = height * width * channels, count = places.length;
    const pixels = await Promise.all(Array.from(places, (i) => this.#pixels(i)));
    const x = new Float32Array(count * each);
    pixels.forEach((one, i) => x.set(one, i * each));
    for (let i = 0; i < x.length; i++) x[i] /= 255;
    return { x: ndarray(x, [count, height, width, channels]), y: this.#targets(places) };
  }

  #targets(places: Int32Array): NdArray<Int32Array | Float32Array> {
    const { labels, labelMode, classes } = this.#settings, n = places.length;
    if (labelMode === "int") return ndarray(Int32Array.from(places, (i) => labels[i]), [n]);
    const rows = new Float32Array(n * classes.length);
    places.forEach((place, i) => rows[i * classes.length + labels[place]] = 1);
    return ndarray(rows, [n, classes.length]);
  }

  async #pixels(i: number): Promise<Uint8Array> {
    const kept = this.#kept[i];
    if (kept !== undefined) return kept;
    const { sources, decode, loading } = this.#settings, { path, read } = sources[i];
    const pixels = await decode(await read(), path, loading);
    if (this.#kept[i] === undefined && pixels.length <= this.#room) {
      this.#room -= pixels.length;
      this.#kept[i] = pixels;
    }
    return pixels;
  }
}

/** A batch of images: `x` is `[n, height, width, channels]`, `y` `[n]` or `[n, classes]`. */
export interface ImageBatch extends Batch {
  /** The images, from 0 to 1. */
  x: NdArray<Float32Array>;
  /** The classes. */
  y: NdArray<Int32Array | Float32Array>;
}

/** The order of an epoch: a generator of its own, whose seed is drawn with that of the set. */
function orderOf(seed: number, epoch: number, count: number): Int32Array {
  const rng = new Rng(seed);
  rng.take(epoch);
  return new Rng(rng.uint32()).permutation(count);
}
