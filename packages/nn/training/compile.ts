/** How a model learns: what `compile` is told. */
import { type Loss, type LossFunction, lossOf } from "../losses/mod.ts";
import { type MetricLike, metricOf } from "../metrics/mod.ts";
import { type Optimizer, optimizerOf } from "../optimizers/mod.ts";

/** One for all outputs, or one for each. */
export type Each<T> = T | readonly T[];

/** What {@linkcode Model.compile} takes. */
export interface CompileOptions {
  /** The optimizer, or its name: `"sgd"`, `"rmsprop"`, `"adam"`, `"adamw"`. */
  optimizer: string | Optimizer;
  /**
   * The loss, its name (`"meanSquaredError"`, ...), or a function of targets and predictions; a list
   * for several outputs.
   */
  loss: Each<string | Loss | LossFunction>;
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

/**
 * Replaces names by objects; throws `RangeError` that lists what exists for an unknown one, and
 * `TypeError` for what is no optimizer, loss or list.
 */
export function compile(options: CompileOptions): Compiled {
  const { optimizer, loss, metrics = [], weightedMetrics = [], lossWeights } = options;
  for (const [name, list] of Object.entries({ metrics, weightedMetrics, lossWeights })) {
    if (list === undefined || Array.isArray(list)) continue;
    throw new TypeError(
      `Cannot compile as ${name} must be a list: current ${typeof list}. Put it in brackets`,
    );
  }
  const wrong = lossWeights?.find((weight) => !Number.isFinite(weight));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot compile as lossWeights must be finite numbers: current ${wrong}`);
  }
  if (typeof optimizer !== "string" && typeof (optimizer as object) !== "object") {
    const found = typeof optimizer === "function" ? "a class. Make it an object by new" : "none";
    throw new TypeError(
      `Cannot compile as optimizer must be an optimizer or the name of one: current ${found}`,
    );
  }
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
