/** A part to learn from and a part to test with. */
import { Rng } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { checkRows, type Rows, takeRows } from "./rows.ts";
import { checkLeast, strataOf, type Stratify } from "./strata.ts";

/** How {@linkcode trainTestSplit} splits. */
export interface TrainTestSplitOptions {
  /** The part to test with: a share below 1, or a number of rows; 0.25 unless given. */
  testSize?: number;
  /** Whether each class of y is split by itself, or the labels by which; `false` unless given. */
  stratify?: Stratify;
  /** Whether rows are put in random order first (unless given); else the last ones are for the test. */
  shuffle?: boolean;
  /** The seed of the order, 0 unless given; another seed, another split. */
  seed?: number;
  /** A generator in place of `seed`. */
  rng?: Rng;
}

/** Inputs and what belongs to them. */
export interface SplitPart<X, Y> {
  /** The inputs. */
  x: X;
  /** The targets. */
  y: Y;
}

/** The two parts. */
export interface Split<X, Y> {
  /** What is learnt from. */
  train: SplitPart<X, Y>;
  /** What is tested with. */
  test: SplitPart<X, Y>;
}

const OPTIONS: Readonly<Record<keyof TrainTestSplitOptions, true>> = {
  testSize: true,
  stratify: true,
  shuffle: true,
  seed: true,
  rng: true,
};

/**
 * Splits data into a part to learn from and a part to test with, `n testSize` rows of it, rounded up.
 * Stratified, every class has the same share in both, to within one row, as scikit-learn's
 * `train_test_split` counts them. The same seed gives the same split everywhere.
 *
 * @param x Arrays, tables, tensors or lists with a row for each example; y, where there is one, too.
 * @throws {DataError} if x and y are not of one length, a part would have no row, or a class has fewer
 * than two, or a part is smaller than there are classes.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trainTestSplit } from "@neurite/datasets";
 *
 * const x = [[1], [2], [3], [4], [5], [6], [7], [8]], y = ["a", "a", "a", "a", "b", "b", "b", "b"];
 * const { train, test } = trainTestSplit(x, y, { testSize: 0.5, stratify: true, seed: 1 });
 * assertEquals(train.y.toSorted(), ["a", "a", "b", "b"]);
 * assertEquals([...train.x, ...test.x].flat().sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
 * ```
 */
export function trainTestSplit<X extends Rows, Y extends Rows | undefined = undefined>(
  x: X,
  y?: Y,
  options: TrainTestSplitOptions = {},
): Split<X, Y> {
  const action = "split data";
  checkOptions(action, options, OPTIONS);
  const { testSize = 0.25, stratify = false, shuffle = true, seed = 0, rng = new Rng(seed) } =
    options;
  const n = checkRows(action, x, y);
  const fits = testSize > 0 && (testSize < 1 || Number.isSafeInteger(testSize));
  const count = testSize < 1 ? Math.ceil(n * testSize) : testSize;
  if (!fits || count >= n) {
    throw new RangeError(
      `Cannot ${action} as testSize must be a share between 0 and 1 or a number of rows, and leave ` +
        `some to learn from: current ${testSize} of ${n} rows`,
    );
  }
  const strata = strataOf(action, stratify, y, n);
  if (strata && !shuffle) {
    throw new RangeError(
      `Cannot ${action} as stratify needs an order by chance: current shuffle false`,
    );
  }
  let order = shuffle ? rng.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
  if (strata) {
    checkLeast(action, strata.counts, 2);
    if (Math.min(count, n - count) < strata.counts.length) {
      throw new RangeError(
        `Cannot ${action} as each part must have a row for each of ${strata.counts.length} classes: ` +
          `current ${n - count} and ${count}. Change testSize`,
      );
    }
    const left = share(strata.counts, n - count, rng), train: number[] = [], test: number[] = [];
    for (const row of order) (left[strata.classes[row]]-- > 0 ? train : test).push(row);
    order = Int32Array.from([...train, ...test]);
  }
  const part = (rows: Int32Array): SplitPart<X, Y> => ({
    x: takeRows(x, rows),
    y: y === undefined ? y as Y : takeRows(y as Rows, rows) as Y,
  });
  return { train: part(order.subarray(0, n - count)), test: part(order.subarray(n - count)) };
}

/**
 * How many of each class are among `wanted` rows: their share rounded down, and one more for those whose
 * remainder is greatest, of equal ones by chance, until there are enough.
 */
function share(counts: readonly number[], wanted: number, rng: Rng): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => count * wanted / total);
  const shares = exact.map(Math.floor), chance = rng.permutation(counts.length);
  const byRemainder = Array.from(chance).sort((a, b) =>
    (exact[b] - shares[b]) - (exact[a] - shares[a])
  );
  const missing = wanted - shares.reduce((sum, count) => sum + count, 0);
  for (const one of byRemainder.slice(0, missing)) shares[one]++;
  return shares;
}
