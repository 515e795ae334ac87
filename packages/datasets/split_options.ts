/** The options of sets that are published in a part to learn from and a part to test with. */
import type { LoadOptions } from "@neurite/tensor/download";
import { checkCount, checkOneOf, checkOptions } from "@neurite/tensor/internal";

/** Which examples of such a set are loaded, and from where. */
export interface SplitOptions extends LoadOptions {
  /** The part to learn from (unless given) or the part to test with. */
  split?: "train" | "test";
  /** At most this many examples, from the first on; all unless given. */
  limit?: number;
}

const OPTIONS: Readonly<Record<keyof SplitOptions, true>> = {
  split: true,
  limit: true,
  dir: true,
  cache: true,
  mirrors: true,
  onProgress: true,
  signal: true,
};

/** Refuses options that make no sense; gives the part, and how many examples at most. */
export function checkSplit(
  action: string,
  options: SplitOptions,
): { split: "train" | "test"; limit: number } {
  checkOptions(action, options, OPTIONS);
  const { split = "train", limit = Infinity } = options;
  checkOneOf(action, "split", split, ["train", "test"]);
  if (limit !== Infinity) checkCount(action, "limit", limit);
  return { split, limit };
}
