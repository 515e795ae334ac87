/** CIFAR-10: 60,000 small colour photographs of ten things (Krizhevsky, 2009). */
import { DataError, ndarray } from "@neurite/tensor";
import { absent, type PublishedFile, type PublishedSet } from "@neurite/tensor/download";
import type { SourceBytes } from "@neurite/tensor/files";
import { ownFile, publishedFile } from "./find_file.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import type { LabelledImages } from "./labelled_images.ts";
import { checkSplit, rowsOf, type SplitOptions } from "./split_options.ts";
import { untar } from "./untar.ts";

/** What {@linkcode loadCifar10} loads, and from where. */
export interface LoadCifar10Options extends SplitOptions {
  /** The 50,000 photographs to learn from (unless given) or the 10,000 to test with. */
  split?: "train" | "test";
  /** At most this many examples, from the first on; all unless given. Files that it does not need are not read. */
  limit?: number;
}

const CIFAR10: PublishedSet = {
  title: "CIFAR-10",
  folder: "cifar10",
  mirrors: ["https://www.cs.toronto.edu/~kriz/"],
};

const ARCHIVE: PublishedFile = {
  name: "cifar-10-binary.tar.gz",
  bytes: 170_052_171,
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
};

const BATCHES: Readonly<Record<string, readonly string[]>> = {
  train: [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`),
  test: ["test_batch.bin"],
};

/** The names as the archive's own `batches.meta.txt` has them. */
const CLASSES: readonly string[] = Object.freeze(
  ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
);

const SIZE = 32, PIXELS = SIZE * SIZE, CHANNELS = 3;

/** The bytes of one image in the file: its label, and a plane of pixels for each channel. */
const RECORD = 1 + CHANNELS * PIXELS;

/** Those of CIFAR-100, which has two labels. */
const RECORD_OF_100 = RECORD + 1;

/**
 * Loads CIFAR-10: photographs of 32x32 pixels in three colours, their labels, and the names of the
 * ten classes: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.
 *
 * The files `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin` (gzipped with `.gz` or
 * not) or the archive that holds them, `cifar-10-binary.tar.gz`, are looked for in `dir`; without it
 * in the folder `cifar10` of the folder that the environment variable `NEURITE_DATA` names, then the
 * archive in the cache, and at last it is downloaded into the cache (170 MB). The archive in the
 * cache and the download are checked by SHA-256; of your own files the structure is checked, and how
 * many images they hold is up to you. A file is a row of images: a byte with the label, then 1024
 * bytes of red, of green and of blue, each row by row. The result has the channels last.
 *
 * It never substitutes other data. Flags: as for `loadMnist`, with
 * `--allow-net=www.cs.toronto.edu` for a download.
 *
 * Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009,
 * https://www.cs.toronto.edu/~kriz/cifar.html
 *
 * @throws {DataError} if a file is absent, truncated, foreign, has another SHA-256 or a label
 * outside of 0 to 9, cannot be read, kept or downloaded; it says which, and what to do.
 * @throws {RangeError} if an option is out of its range.
 * @throws {TypeError} if an option does not exist.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadCifar10, syntheticShapes } from "@neurite/datasets";
 *
 * // mirrors: [] because this example is not to download anything
 * const photographs = await loadCifar10({ split: "test", limit: 100, mirrors: [] }).catch((error) => {
 *   console.warn(`${error.message}\nGoing on with SYNTHETIC shapes.`);
 *   return syntheticShapes({ count: 100 });
 * });
 * assertEquals(photographs.images.shape, [100, 32, 32, 3]);
 * assertEquals(photographs.classes.length, 10);
 * ```
 */
export async function loadCifar10(options: LoadCifar10Options = {}): Promise<LabelledImages> {
  const { split, limit, part } = checkSplit("load CIFAR-10", options);
  const batches: Uint8Array[] = [];
  let seen = 0, count = 0;
  for await (const batch of readBatches(BATCHES[split], options)) {
    const taken = Math.min(checkBatch(batch), limit - seen), { rank, size } = part;
    // The first row of this file that is of the part.
    const first = (rank + size - seen % size) % size;
    const own = rowsOf(batch.bytes, RECORD, taken, { rank: first, size });
    batches.push(own);
    count += own.length / RECORD;
    seen += taken;
    if (seen === limit) break;
  }
  const images = new Uint8Array(count * CHANNELS * PIXELS), labels = new Uint8Array(count);
  let i = 0;
  for (const bytes of batches) {
    for (let at = 0; at < bytes.length; at += RECORD, i++) {
      labels[i] = bytes[at];
      const planes = bytes.subarray(at + 1, at + RECORD);
      const image = images.subarray(i * CHANNELS * PIXELS, (i + 1) * CHANNELS * PIXELS);
      for (let p = 0; p < PIXELS; p++) {
        for (let c = 0; c < CHANNELS; c++) image[CHANNELS * p + c] = planes[c * PIXELS + p];
      }
    }
  }
  return {
    images: ndarray(images, [count, SIZE, SIZE, CHANNELS]),
    labels: ndarray(labels, [count]),
    classes: CLASSES,
  };
}

/** The files of a set one after the other: each by itself, or out of the archive, which is read once. */
async function* readBatches(
  names: readonly string[],
  options: LoadCifar10Options,
): AsyncGenerator<SourceBytes> {
  let archive: ((name: string) => SourceBytes) | undefined;
  for (const name of names) {
    const own = await ownFile([`${name}.gz`, name], CIFAR10, options);
    if (own) yield await decompressed(own);
    else {
      archive ??= await openArchive(name, options);
      yield archive(name);
    }
  }
}

async function decompressed({ bytes, file }: SourceBytes): Promise<SourceBytes> {
  return { bytes: isGzip(bytes) ? await gunzip(bytes, file) : bytes, file };
}

/** The archive, in which a file that does not stand by itself must be. */
async function openArchive(
  name: string,
  options: LoadCifar10Options,
): Promise<(name: string) => SourceBytes> {
  const own = await ownFile([ARCHIVE.name], CIFAR10, options);
  if (!own && options.dir !== undefined) {
    throw absent(options.dir, [`${name}.gz`, name, ARCHIVE.name], CIFAR10);
  }
  const { bytes, file } = await decompressed(
    own ?? await publishedFile(ARCHIVE, CIFAR10, options),
  );
  const members = untar(bytes, file);
  return (name) => {
    const bytes = members.get(name);
    if (bytes) return { bytes, file: `${file}/${name}` };
    const found = [...members.keys()].join(", ") || "no file";
    throw new DataError(
      `Cannot use ${file} as it must hold ${name}: current ${found}. Is it another archive under ` +
        "this name?",
      { file, expected: name, found },
    );
  };
}

/** How many images a file holds; throws if it is none of CIFAR-10. */
function checkBatch({ bytes, file }: SourceBytes): number {
  const { length } = bytes, whole = Math.floor(length / RECORD);
  if (length !== whole * RECORD || length === 0) {
    const hundred = length > 0 && length % RECORD_OF_100 === 0;
    const guess = hundred ? "Is it CIFAR-100, with two labels?" : "It is truncated or another file";
    throw new DataError(
      `Cannot use ${file} as it must hold ${RECORD} bytes for each image: current ${length} bytes, ` +
        `${whole} images and ${length - whole * RECORD} bytes. ${guess}`,
      { file, offset: whole * RECORD, expected: `a multiple of ${RECORD} bytes`, found: length },
    );
  }
  for (let at = 0; at < length; at += RECORD) {
    if (bytes[at] < CLASSES.length) continue;
    throw new DataError(
      `Cannot use ${file} as labels must be from 0 to 9: current ${bytes[at]} at byte ${at}`,
      { file, offset: at, expected: "0 to 9", found: bytes[at] },
    );
  }
  return whole;
}
