/** Metrics by name. */
import { BinaryCrossentropy } from "../losses/binary_crossentropy.ts";
import { checkFunction, type LossFunction } from "../losses/function_loss.ts";
import { Loss } from "../losses/loss.ts";
import { type LossName, lossNames, lossOf } from "../losses/loss_of.ts";
import type { Shape } from "../shape.ts";
import { Accuracy } from "./accuracy.ts";
import { BinaryAccuracy } from "./binary_accuracy.ts";
import { CategoricalAccuracy } from "./categorical_accuracy.ts";
import { FunctionMetric } from "./function_metric.ts";
import { LossMetric } from "./loss_metric.ts";
import { Metric } from "./metric.ts";
import { RootMeanSquaredError } from "./root_mean_squared_error.ts";
import { SparseCategoricalAccuracy } from "./sparse_categorical_accuracy.ts";
import { SparseTopKCategoricalAccuracy } from "./sparse_top_k_categorical_accuracy.ts";
import { TopKCategoricalAccuracy } from "./top_k_categorical_accuracy.ts";

/** Metrics by the names that `compile({ metrics })` knows besides those of losses. */
export const namedMetrics = {
  acc: Accuracy,
  accuracy: Accuracy,
  binaryAccuracy: BinaryAccuracy,
  categoricalAccuracy: CategoricalAccuracy,
  rootMeanSquaredError: RootMeanSquaredError,
  sparseCategoricalAccuracy: SparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy: SparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy: TopKCategoricalAccuracy,
};

/** The names that `compile({ metrics })` knows. */
export type MetricName = keyof typeof namedMetrics | LossName;

/**
 * What `compile({ metrics })` takes: a name, a metric, a loss to read, or a function of targets and
 * predictions.
 */
export type MetricLike = MetricName | Metric | Loss | LossFunction;

/** The names that {@linkcode metricOf} knows. */
export const metricNames: readonly string[] = [...Object.keys(namedMetrics), ...lossNames].sort();

/**
 * The metric of a name, with its default options and that name in the logs; a loss as a metric; a
 * function of targets and predictions as one that goes by the function's name; or the metric itself. Where the model's `loss` takes logits of two classes, accuracy asks whether they
 * are above 0 (Keras: above 0.5).
 *
 * Throws `TypeError` for what is none of these, `RangeError` for another name, listing those there
 * are, and where the metric would always be
 * 1 for an `outputShape`: the largest of one number, or the 5 largest of 3.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { Huber, metricOf } from "@neurite/nn";
 *
 * assertEquals(metricOf("accuracy").name, "accuracy");
 * assertEquals(metricOf("mae").name, "mae");
 * assertEquals(metricOf(new Huber()).name, "huber");
 * assertThrows(() => metricOf("precision"), RangeError, "binaryAccuracy");
 * ```
 */
export function metricOf(
  value: string | Metric | Loss | LossFunction,
  loss?: Loss,
  outputShape: Shape = [],
): Metric {
  const metric = find(value, loss), classes = outputShape[outputShape.length - 1] ?? Infinity;
  const largest = metric instanceof TopKCategoricalAccuracy ||
      metric instanceof SparseTopKCategoricalAccuracy
    ? metric.k
    : metric instanceof CategoricalAccuracy || metric instanceof SparseCategoricalAccuracy
    ? 1
    : 0;
  if (classes > largest) return metric;
  throw new RangeError(
    `Cannot measure ${metric.name} as there must be more than ${largest} ` +
      `${largest === 1 ? "class" : "classes"}: current ${classes}` +
      `. ${"k" in metric ? "Use a smaller k" : "Use binaryAccuracy"}`,
  );
}

function find(value: string | Metric | Loss | LossFunction, loss: Loss | undefined): Metric {
  if (value instanceof Metric) return value;
  if (value instanceof Loss) return new LossMetric(value);
  if (typeof value === "function") return new FunctionMetric(checkFunction("metric", value));
  if (typeof value !== "string") {
    throw new TypeError(
      "Cannot find a metric as it must be a name, a metric, a loss, or a function of targets and " +
        `predictions: current ${value === null ? "null" : typeof value}`,
    );
  }
  if (Object.hasOwn(namedMetrics, value)) {
    const Named = namedMetrics[value as keyof typeof namedMetrics];
    if (Named !== Accuracy && Named !== BinaryAccuracy) return new Named({ name: value });
    const logits = loss instanceof BinaryCrossentropy && loss.fromLogits;
    return new Named({ name: value, threshold: logits ? 0 : 0.5 });
  }
  if (lossNames.includes(value)) return new LossMetric(lossOf(value), { name: value });
  throw new RangeError(
    `Cannot find a metric as its name must be one of ${metricNames.join(", ")}: current ` +
      JSON.stringify(value),
  );
}
