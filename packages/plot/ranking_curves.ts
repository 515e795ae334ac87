/**
 * ROC and precision-recall curves of classifiers that give scores.
 *
 * @module
 */
import type { Vector } from "./arrays.ts";
import { readSome } from "./chart.ts";
import { lineChart, type LineSeries } from "./line_chart.ts";
import type { ChartOptions } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { precisionRecallPoints, rocPoints } from "./ranking.ts";

/** What one classifier says about samples. */
export interface RankedSamples {
  /** The name of the classifier in the legend. */
  name?: string;
  /** 1 for positive samples, 0 for the others. */
  truth: Vector;
  /** A score for each sample; higher ones say positive. */
  scores: Vector;
}

/**
 * The ROC curve of one classifier, or of several: how many of the positive samples are found at the cost
 * of how many false alarms. The diagonal is guessing. The legend has the area under each curve.
 *
 * @throws {RangeError} where there is no classifier, or as {@linkcode rocPoints} does.
 *
 * @example
 * ```ts
 * import { rocCurve } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = rocCurve([{ name: "net", truth: [0, 0, 1, 1], scores: [0.1, 0.4, 0.35, 0.8] }]);
 * assertStringIncludes(await picture.toSVG(), "net, area 0.750");
 * ```
 */
export function rocCurve(
  classifiers: readonly RankedSamples[],
  options: ChartOptions = {},
): Picture {
  const curves = readSome(classifiers, "draw a ROC curve", "classifiers").map(
    ({ name, truth, scores }, colour): LineSeries => {
      const { falsePositiveRate: x, truePositiveRate: y, area } = rocPoints(truth, scores);
      return { name: named(name, `area ${area.toFixed(3)}`), x, y, colour };
    },
  );
  const guessing = { name: "guessing", x: [0, 1], y: [0, 1], dashed: true, dots: false, colour: 6 };
  return lineChart({
    width: 480,
    height: 460,
    ...options,
    x: { label: "false positive rate", min: 0, max: 1 },
    y: { label: "true positive rate", min: 0, max: 1 },
    series: [...curves, guessing],
  });
}

/**
 * The precision-recall curve of one classifier, or of several: how many of those taken for positive are
 * right, against how many of the positive samples are found. The legend has the average precision.
 *
 * @throws {RangeError} where there is no classifier, or as {@linkcode precisionRecallPoints} does.
 *
 * @example
 * ```ts
 * import { precisionRecallCurve } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = precisionRecallCurve([{ truth: [0, 0, 1, 1], scores: [0.1, 0.4, 0.35, 0.8] }]);
 * assertStringIncludes(await picture.toSVG(), "average 0.833");
 * ```
 */
export function precisionRecallCurve(
  classifiers: readonly RankedSamples[],
  options: ChartOptions = {},
): Picture {
  const series = readSome(classifiers, "draw a precision-recall curve", "classifiers").map(
    ({ name, truth, scores }): LineSeries => {
      const { recall: x, precision: y, average } = precisionRecallPoints(truth, scores);
      return { name: named(name, `average ${average.toFixed(3)}`), x, y };
    },
  );
  return lineChart({
    width: 480,
    height: 460,
    ...options,
    x: { label: "recall", min: 0, max: 1 },
    y: { label: "precision", min: 0, max: 1 },
    series,
  });
}

const named = (name: string | undefined, measure: string) => name ? `${name}, ${measure}` : measure;
