/** Cross-validation: every row is tested with once, by a model that has not seen it. */
import { DataError, Rng } from "@neurite/tensor";
import { checkCount, checkOptions } from "@neurite/tensor/internal";
import { checkRows, type Rows, takeRows } from "./rows.ts";
import { checkLeast, strataOf, type Stratify } from "./strata.ts";
import type { Split } from "./train_test_split.ts";

/** How {@linkcode kFold} divides. */
export interface KFoldOptions {
  /** How many parts; 5 unless given. */
  folds?: number;
  /** Whether each class of y is divided by itself, or the labels by which; `false` unless given. */
  stratify?: Stratify;
  /** Whether rows are put in random order first; `true` unless given. */
  shuffle?: boolean;
  /** The seed of the order, 0 unless given; another seed, other folds. */
  seed?: number;
  /** A generator in place of `seed`. */
  rng?: Rng;
}

/** One of the splits. */
export interface Fold<X, Y> extends Split<X, Y> {
  /** Its number, from 0. */
  readonly fold: number;
}

const OPTIONS: Readonly<Record<keyof KFoldOptions, true>> = {
  folds: true,
  stratify: true,
  shuffle: true,
  seed: true,
  rng: true,
};

/**
 * Divides data into `folds` parts whose sizes differ by one at most, and gives as many splits: in each,
 * another part is for the test and all others are learnt from. Stratified, every class is spread evenly.
 * Without `shuffle` the parts are those of scikit-learn's `KFold` and `StratifiedKFold`.
 *
 * @throws {DataError} if x and y are not of one length, there are fewer rows than folds, or, stratified,
 * fewer of a class.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { kFold } from "@neurite/datasets";
 *
 * const tested: number[] = [];
 * for (const { train, test } of kFold([1, 2, 3, 4, 5], undefined, { folds: 2, seed: 1 })) {
 *   assertEquals(train.x.length + test.x.length, 5);
 *   tested.push(...test.x);
 * }
 * assertEquals(tested.sort(), [1, 2, 3, 4, 5]);
 * ```
 */
export function* kFold<X extends Rows, Y extends Rows | undefined = undefined>(
  x: X,
  y?: Y,
  options: KFoldOptions = {},
): Generator<Fold<X, Y>, void, undefined> {
  const action = "divide data";
  checkOptions(action, options, OPTIONS);
  const { folds = 5, stratify = false, shuffle = true, seed = 0, rng = new Rng(seed) } = options;
  checkCount(action, "folds", folds, 2);
  const n = checkRows(action, x, y), strata = strataOf(action, stratify, y, n);
  if (n < folds) {
    throw new DataError(
      `Cannot ${action} as each of ${folds} folds must have a row: current ${n} rows`,
      { expected: folds, found: n },
    );
  }
  if (strata) checkLeast(action, strata.counts, folds);
  const order = shuffle ? rng.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
  const foldOf = strata
    ? spread(strata.classes, strata.counts, order, folds)
    : blocks(n, order, folds);
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  for (let fold = 0; fold < folds; fold++) {
    const part = (chosen: Int32Array) => ({
      x: takeRows(x, chosen),
      y: y === undefined ? y as Y : takeRows(y as Rows, chosen) as Y,
    });
    yield {
      fold,
      train: part(rows.filter((row) => foldOf[row] !== fold)),
      test: part(rows.filter((row) => foldOf[row] === fold)),
    };
  }
}

/** Parts one after the other, the first ones with one row more where it does not come out even. */
function blocks(n: number, order: Int32Array, folds: number): Int32Array {
  const foldOf = new Int32Array(n), size = Math.floor(n / folds), larger = n % folds;
  order.forEach((row, i) => {
    const among = i - larger * (size + 1);
    foldOf[row] = among < 0 ? Math.floor(i / (size + 1)) : larger + Math.floor(among / size);
  });
  return foldOf;
}

/**
 * Parts with as many of each class as come out where rows sorted by class are dealt like cards; which
 * rows of a class those are, the order says.
 */
function spread(
  classes: Int32Array,
  counts: readonly number[],
  order: Int32Array,
  folds: number,
): Int32Array {
  const dealt = counts.map(() => new Array<number>(folds).fill(0));
  let card = 0;
  counts.forEach((count, one) => {
    for (let i = 0; i < count; i++) dealt[one][card++ % folds]++;
  });
  const foldOf = new Int32Array(classes.length);
  for (const row of order) {
    const left = dealt[classes[row]], fold = left.findIndex((count) => count > 0);
    left[fold]--;
    foldOf[row] = fold;
  }
  return foldOf;
}

/** What {@linkcode crossValidate} found. */
export interface CrossValidation {
  /** The score of each fold. */
  scores: number[];
  /** Their mean. */
  mean: number;
  /** Their standard deviation, as of a population. */
  deviation: number;
}

/**
 * The score of each fold, one after the other: how good a model is that never saw what it is tested
 * with, and how much that depends on chance.
 *
 * @param score Trains a new model with the first part of a split and gives its score on the second.
 * @throws What {@linkcode kFold} throws, and what `score` throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crossValidate } from "@neurite/datasets";
 *
 * // A model that says what it saw most often.
 * const y = ["no", "no", "yes", "no", "no", "no", "no", "yes"], x = y.map((_, i) => [i]);
 * const { scores, mean } = await crossValidate(x, y, ({ test }) => {
 *   return test.y.filter((label) => label === "no").length / test.y.length;
 * }, { folds: 2, stratify: true });
 * assertEquals([scores, mean], [[0.75, 0.75], 0.75]);
 * ```
 */
export async function crossValidate<X extends Rows, Y extends Rows | undefined>(
  x: X,
  y: Y,
  score: (fold: Fold<X, Y>) => number | Promise<number>,
  options: KFoldOptions = {},
): Promise<CrossValidation> {
  const scores: number[] = [];
  for (const fold of kFold(x, y, options)) scores.push(await score(fold));
  const average = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const mean = average(scores);
  return { scores, mean, deviation: Math.sqrt(average(scores.map((s) => (s - mean) ** 2))) };
}
