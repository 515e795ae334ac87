/** MNIST: 70,000 handwritten digits (LeCun, Cortes and Burges, 1998). */
import { DataError, formatShape, type NdArray, ndarray } from "@neurite/tensor";
import { checkCount, checkOneOf } from "@neurite/tensor/internal";
import type { Digits } from "./digits.ts";
import type { PublishedFile } from "./fetch_file.ts";
import { findFile, type LoadOptions, type PublishedSet } from "./find_file.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { readIdx } from "./idx.ts";

/** What {@linkcode loadMnist} loads, and from where. */
export interface LoadMnistOptions extends LoadOptions {
  /** The 60,000 digits to learn from (unless given) or the 10,000 to test with. */
  split?: "train" | "test";
  /** At most this many examples, from the first on; all unless given. */
  limit?: number;
}

const MNIST: PublishedSet = {
  title: "MNIST",
  folder: "mnist",
  mirrors: [
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
    },
    labels: {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
  },
  test: {
    images: {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
  },
};

const SIZE = 28;

/**
 * Loads MNIST: handwritten digits of 28x28 bytes and their labels.
 *
 * The files are looked for in `dir`; without it in the folder `mnist` of the folder that the
 * environment variable `NEURITE_DATA` names, then in the cache, and at last they are downloaded
 * into the cache (11 MB for the training set, 2 MB for the test set). Files in the cache and
 * downloads are checked by SHA-256; files of your own may be compressed in another way, and of them
 * the structure is checked.
 *
 * It never substitutes other data. Flags: `--allow-read` for the folder;
 * `--allow-env=NEURITE_DATA,XDG_CACHE_HOME,HOME` unless `dir` is given; and for a download also
 * `--allow-write` for the cache and `--allow-net` for the mirrors.
 *
 * @throws {DataError} if a file is absent, truncated, foreign, has another SHA-256 or a label
 * outside of 0 to 9, cannot be read, kept or downloaded; it says which, and what to do.
 * @throws {RangeError} if an option is out of its range.
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
  const { split = "train", limit = Infinity } = options;
  checkOneOf("load MNIST", "split", split, ["train", "test"]);
  if (limit !== Infinity) checkCount("load MNIST", "limit", limit);
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
  const count = Math.min(limit, n);
  return {
    images: ndarray(images.array.data.slice(0, count * SIZE * SIZE), [count, SIZE, SIZE]),
    labels: ndarray(labels.array.data.slice(0, count), [count]),
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
