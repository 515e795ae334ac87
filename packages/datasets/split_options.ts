/** The options of sets that are published in a part to learn from and a part to test with. */
import type { LoadOptions } from "@neurite/tensor/download";
import { checkCount, checkOneOf, checkOptions } from "@neurite/tensor/internal";

/** Which examples of such a set are loaded, and from where. */
export interface SplitOptions extends LoadOptions {
  /** The part to learn from (unless given) or the part to test with. */
  split?: "train" | "test";
  /** At most this many examples, from the first on; all unless given. */
  limit?: number;
  /**
   * One of `size` parts of these: the examples with the numbers `rank`, `rank + size`, `rank + 2 size`, ...
   * Of several processes, each loads its own: a `World` of `@neurite/distributed` says which.
   */
  part?: Part;
}

/** A part of examples that several processes share. */
export interface Part {
  /** Its number, from 0 on. */
  readonly rank: number;
  /** How many parts there are. */
  readonly size: number;
}

const OPTIONS: Readonly<Record<keyof SplitOptions, true>> = {
  split: true,
  limit: true,
  part: true,
  dir: true,
  cache: true,
  mirrors: true,
  onProgress: true,
  signal: true,
};

/** Refuses options that make no sense; gives the split, how many examples at most, and the part of them. */
export function checkSplit(
  action: string,
  options: SplitOptions,
): { split: "train" | "test"; limit: number; part: Part } {
  checkOptions(action, options, OPTIONS);
  const { split = "train", limit = Infinity, part = { rank: 0, size: 1 } } = options;
  checkOneOf(action, "split", split, ["train", "test"]);
  if (limit !== Infinity) checkCount(action, "limit", limit);
  checkCount(action, "size of part", part.size);
  checkCount(action, "rank of part", part.rank, 0);
  if (part.rank < part.size) return { split, limit, part };
  throw new RangeError(
    `Cannot ${action} as rank of part must be below its size, ${part.size}: current ${part.rank}`,
  );
}

/** The rows of a part, of the first `count` rows of so many bytes each; they own their data. */
export function rowsOf(
  data: Uint8Array,
  width: number,
  count: number,
  { rank, size }: Part,
): Uint8Array {
  if (size === 1) return data.slice(0, count * width);
  const rows = Math.ceil(Math.max(0, count - rank) / size), own = new Uint8Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const at = (rank + i * size) * width;
    own.set(data.subarray(at, at + width), i * width);
  }
  return own;
}
