/**
 * How well scores tell two classes apart, at every threshold.
 *
 * @module
 */
import { readVector, type Vector } from "./arrays.ts";

/** The points of a ROC curve, from the highest threshold, at which nothing is found, to the lowest. */
export interface RocPoints {
  /** The share of the negative samples that are taken for positive, `FP / (FP + TN)`. */
  falsePositiveRate: number[];
  /** The share of the positive samples that are found, `TP / (TP + FN)`: the recall. */
  truePositiveRate: number[];
  /** A sample is taken for positive where its score is at least this; the first is infinite. */
  thresholds: number[];
  /** The area under the curve: how likely a positive sample has a higher score than a negative one. */
  area: number;
}

/** The points of a precision-recall curve, from the highest threshold to the lowest. */
export interface PrecisionRecallPoints {
  /** The share of right ones among those that are taken for positive, `TP / (TP + FP)`. */
  precision: number[];
  /** The share of the positive samples that are found. */
  recall: number[];
  /** A sample is taken for positive where its score is at least this. */
  thresholds: number[];
  /** The average precision: the sum of each precision times how much recall it adds. */
  average: number;
}

/**
 * The ROC curve of scores: `truth` is 1 for positive samples and 0 for the others, a higher score says
 * positive. Samples with one score are one point. The area is the trapezoids' under the points.
 *
 * Source: T. Fawcett, "An introduction to ROC analysis", 2006.
 *
 * @throws {RangeError} where the lists differ in length, a label is neither 0 nor 1, a score is NaN or
 * infinite, or one of the classes is missing.
 *
 * @example
 * ```ts
 * import { rocPoints } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const { falsePositiveRate, truePositiveRate, area } = rocPoints([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * assertEquals(falsePositiveRate, [0, 0, 0.5, 0.5, 1]);
 * assertEquals(truePositiveRate, [0, 0.5, 0.5, 1, 1]);
 * assertEquals(area, 0.75);
 * ```
 */
export function rocPoints(truth: Vector, scores: Vector): RocPoints {
  const { counts, positives, negatives } = rank(truth, scores, "find the points of a ROC curve");
  const all = [{ threshold: Infinity, right: 0, wrong: 0 }, ...counts];
  const x = all.map(({ wrong }) => wrong / negatives),
    y = all.map(({ right }) => right / positives);
  return {
    falsePositiveRate: x,
    truePositiveRate: y,
    thresholds: all.map(({ threshold }) => threshold),
    area: x.reduce((sum, at, i) => i === 0 ? 0 : sum + (at - x[i - 1]) * (y[i] + y[i - 1]) / 2, 0),
  };
}

/**
 * The precision-recall curve of scores, as {@linkcode rocPoints} takes them. It says more than a ROC
 * curve where positive samples are rare. The average precision is not interpolated.
 *
 * @throws {RangeError} as {@linkcode rocPoints} does.
 *
 * @example
 * ```ts
 * import { precisionRecallPoints } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const found = precisionRecallPoints([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * assertEquals(found.recall, [0.5, 0.5, 1, 1]);
 * assertEquals(found.precision, [1, 0.5, 2 / 3, 0.5]);
 * assertEquals(found.average, 0.5 * 1 + 0.5 * 2 / 3);
 * ```
 */
export function precisionRecallPoints(truth: Vector, scores: Vector): PrecisionRecallPoints {
  const { counts, positives } = rank(truth, scores, "find the points of a precision-recall curve");
  const precision = counts.map(({ right, wrong }) => right / (right + wrong));
  const recall = counts.map(({ right }) => right / positives);
  return {
    precision,
    recall,
    thresholds: counts.map(({ threshold }) => threshold),
    average: precision.reduce((sum, p, i) => sum + p * (recall[i] - (recall[i - 1] ?? 0)), 0),
  };
}

/** For each score, highest first: how many positive and negative samples have it or a higher one. */
function rank(truth: Vector, scores: Vector, task: string) {
  const labels = readVector(truth, task, "truth"), values = readVector(scores, task, "scores");
  if (labels.length !== values.length) {
    throw new RangeError(
      `Cannot ${task} as every sample needs one score: ` +
        `truth has ${labels.length} labels, scores has ${values.length}`,
    );
  }
  const bad = labels.findIndex((label) => label !== 0 && label !== 1);
  if (bad >= 0) {
    throw new RangeError(
      `Cannot ${task} as labels must be 0 or 1: truth[${bad}] is ${labels[bad]} ` +
        `(of more classes, take one against all others)`,
    );
  }
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `Cannot ${task} as there must be samples of both classes: ` +
        `there are ${positives} positive and ${negatives} negative ones`,
    );
  }
  const counts: { threshold: number; right: number; wrong: number }[] = [];
  let [right, wrong] = [0, 0];
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  order.forEach((sample, i) => {
    if (labels[sample] === 1) right++;
    else wrong++;
    const threshold = values[sample];
    if (values[order[i + 1]] !== threshold) counts.push({ threshold, right, wrong });
  });
  return { counts, positives, negatives };
}
