/** How a model learns: what `compile` is told. */
import { type Loss, lossOf } from "../losses/mod.ts";
import { type MetricLike, metricOf } from "../metrics/mod.ts";
import { type Optimizer, optimizerOf } from "../optimizers/mod.ts";

/** One for all outputs, or one for each. */
export type Each<T> = T | readonly T[];

/** What {@linkcode Model.compile} takes. */
export interface CompileOptions {
  /** The optimizer, or its name: `"sgd"`, `"rmsprop"`, `"adam"`, `"adamw"`. */
  optimizer: string | Optimizer;
  /** The loss, or its name: `"meanSquaredError"`, ...; a list for several outputs. */
  loss: Each<string | Loss>;
  /** What is measured besides, such as `["accuracy"]`, of every output. */
  metrics?: readonly (string | MetricLike)[];
  /** What is measured with the weights of examples and classes, of every output. */
  weightedMetrics?: readonly (string | MetricLike)[];
  /** With several outputs, how much the loss of each counts; 1 by default. */
  lossWeights?: readonly number[];
}

/** What was said, with names replaced by objects. */
export interface Compiled {
  /** The optimizer. */
  readonly optimizer: Optimizer;
  /** The loss of each output, or one for all. */
  readonly losses: readonly Loss[];
  /** What is measured of each output. */
  readonly metrics: readonly MetricLike[];
  /** What is measured with weights. */
  readonly weightedMetrics: readonly MetricLike[];
  /** How much the loss of each output counts. */
  readonly lossWeights: readonly number[] | undefined;
}

/** Replaces names by objects; throws `RangeError` that lists what exists for an unknown one. */
export function compile(options: CompileOptions): Compiled {
  const { optimizer, loss, metrics = [], weightedMetrics = [], lossWeights } = options;
  // Throws for an unknown name.
  for (const metric of [...metrics, ...weightedMetrics]) metricOf(metric as MetricLike);
  return {
    optimizer: optimizerOf(optimizer),
    losses: (Array.isArray(loss) ? loss : [loss]).map((one) => lossOf(one)),
    metrics: metrics as readonly MetricLike[],
    weightedMetrics: weightedMetrics as readonly MetricLike[],
    lossWeights,
  };
}
