/** Data sets for examples: the real one, or loudly something else. */
import {
  type Digits,
  type LabelledImages,
  loadCifar10,
  loadMnist,
  syntheticDigits,
  syntheticShapes,
} from "@neurite/datasets";
import { DataError } from "@neurite/tensor";

/** A data set and what it is. */
export interface Named<T> {
  /** The name of the real set, or `"synthetic"`. */
  name: string;
  data: T;
}

/** The real set; where it cannot be had, says so in capitals and takes what `draw` gives. */
export async function realOr<T>(
  real: string,
  load: () => Promise<T>,
  drawn: string,
  draw: () => T,
): Promise<Named<T>> {
  try {
    return { name: real, data: await load() };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    console.log(`\n*** NOT ${real}: ${error.message}\n*** ${drawn} are used instead.\n`);
    return { name: "synthetic", data: draw() };
  }
}

/** Which images are wanted. */
export interface ImagesOptions {
  /** A folder with the files of the set. */
  data?: string;
  /** At most so many of each part. */
  limit?: number;
  /** The seed of those that are drawn. */
  seed: number;
}

/** Handwritten digits to train and to test with: MNIST, or 20,000 and 4,000 drawn by the program. */
export function loadDigits(
  { data: dir, limit, seed }: ImagesOptions,
): Promise<Named<{ train: Digits; test: Digits }>> {
  const count = limit ?? 20_000;
  return realOr(
    "MNIST",
    async () => {
      const parts = (["train", "test"] as const).map((split) => loadMnist({ split, limit, dir }));
      const [train, test] = await Promise.all(parts);
      return { train, test };
    },
    "Synthetic digits",
    () => ({
      train: syntheticDigits({ count, seed }),
      test: syntheticDigits({ count: Math.ceil(count / 5), seed: seed + 1 }),
    }),
  );
}

/** Handwritten digits to look at: the first of MNIST's test set, or drawn ones. */
export function loadSomeDigits(
  { data: dir, limit = 100, seed }: ImagesOptions,
): Promise<Named<Digits>> {
  return realOr(
    "MNIST",
    () => loadMnist({ split: "test", limit, dir }),
    "Synthetic digits",
    () => syntheticDigits({ count: limit, seed }),
  );
}

/**
 * Photographs to train and to test with, five times as many of the first: the first of CIFAR-10, 10,000
 * and 2000 unless `limit` says so, or shapes drawn by the program.
 */
export function loadPhotographs(
  { data: dir, limit = 10_000, seed }: ImagesOptions,
): Promise<Named<{ train: LabelledImages; test: LabelledImages }>> {
  const few = Math.ceil(limit / 5);
  return realOr(
    "CIFAR-10",
    async () => ({
      train: await loadCifar10({ split: "train", limit, dir }),
      test: await loadCifar10({ split: "test", limit: few, dir }),
    }),
    "Synthetic shapes",
    () => ({
      train: syntheticShapes({ count: limit, seed }),
      test: syntheticShapes({ count: few, seed: seed + 1 }),
    }),
  );
}
