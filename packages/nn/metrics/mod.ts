/** Metrics: what people read while a model is trained. */
export { Accuracy } from "./accuracy.ts";
export { BinaryAccuracy, type BinaryAccuracyOptions } from "./binary_accuracy.ts";
export { CategoricalAccuracy } from "./categorical_accuracy.ts";
export { LossMetric } from "./loss_metric.ts";
export { MeanMetric } from "./mean_metric.ts";
export { Metric, type MetricOptions, type Reading } from "./metric.ts";
export {
  type MetricLike,
  type MetricName,
  metricNames,
  metricOf,
  namedMetrics,
} from "./metric_of.ts";
export { RootMeanSquaredError } from "./root_mean_squared_error.ts";
export { SparseCategoricalAccuracy } from "./sparse_categorical_accuracy.ts";
export { SparseTopKCategoricalAccuracy } from "./sparse_top_k_categorical_accuracy.ts";
export type { TopKOptions } from "./top_k.ts";
export { TopKCategoricalAccuracy } from "./top_k_categorical_accuracy.ts";
