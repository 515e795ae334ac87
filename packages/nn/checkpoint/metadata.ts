/** What a saved model says of itself in the metadata of its file: JSON, checked when it is read. */
import { DataError, type RngState } from "@neurite/tensor";
import { Loss } from "../losses/mod.ts";
import type { MetricLike } from "../metrics/mod.ts";
import type { Model } from "../model.ts";
import { excerpt } from "../safetensors/header.ts";
import type { Progress } from "../training/fit.ts";
import { History } from "../training/history.ts";
import type { Config } from "../variable.ts";

/** How a model was compiled. */
export interface SavedSettings {
  /** The optimizer. */
  optimizer: Config;
  /** Steps it has taken. */
  iterations: number;
  /** The loss of each output, or one for all. */
  losses: Config[];
  /** Metrics that are names or losses; others cannot be recreated. */
  metrics: (string | Config)[];
  /** The same of those that are measured with weights. */
  weightedMetrics: (string | Config)[];
  /** How much the loss of each output counts. */
  lossWeights?: number[];
}

/** What is saved of a training. */
export interface SavedTraining {
  /** How the model was compiled. */
  settings: SavedSettings;
  /** The generator. */
  rng: RngState;
  /** Where it was. */
  progress: Progress;
  /** Its course so far. */
  history: Pick<History, "epoch" | "history">;
}

/** The version of this form; another one is refused. */
const VERSION = "1";
/** Brackets within brackets: three for each model in a model, so that none has more than 60 in it. */
const DEEPEST = 200;
/** Objects and lists in a part: 20 for each of as many layers as there may be. */
const MOST_BRACKETS = 200_000;

/** The metadata of a model, with those of its training if it is compiled and that is wanted. */
export function writeMetadata(model: Model, withTraining: boolean): Record<string, string> {
  const metadata = {
    neurite: VERSION,
    model: toJson(model.toConfig()),
    ...(Object.keys(model.metadata).length > 0 && { metadata: toJson(model.metadata) }),
  };
  if (!withTraining || !model.isCompiled) return metadata;
  const { optimizer, losses, metrics, weightedMetrics, lossWeights } = model.compiled;
  const settings: SavedSettings = {
    optimizer: optimizer.toConfig(),
    iterations: optimizer.iterations,
    losses: losses.map((loss) => loss.toConfig()),
    metrics: metrics.flatMap(savedMetric),
    weightedMetrics: weightedMetrics.flatMap(savedMetric),
    ...(lossWeights === undefined ? {} : { lossWeights: [...lossWeights] }),
  };
  const { epoch = [], history = {} } = model.history ?? {};
  return {
    ...metadata,
    settings: toJson(settings),
    rng: toJson(model.rng.state),
    history: toJson({ epoch, history }),
  };
}

/** Where the training is now; in the middle of an epoch, with what its means are made of. */
export async function writeProgress({ progress, trainer }: Model): Promise<string> {
  const { states: _, ...place } = progress; // They are tensors of the file.
  const known = place.step === 0 || place.sums !== undefined;
  return toJson(known ? place : { ...place, sums: await trainer.sums() });
}

/**
 * What a training is besides its tensors, as text: steps taken, learning rate, generator, place and
 * course. With the weights and what the optimizer remembers, another model goes on with it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential, takeTrainingState, trainingState } from "@neurite/nn";
 *
 * const [model, other] = [1, 2].map((seed) => {
 *   const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed });
 *   model.compile({ optimizer: "adam", loss: "mse" });
 *   return model;
 * });
 * await model.fit([[1]], [[1]], { epochs: 3, verbose: 0 });
 * takeTrainingState(other, trainingState(model));
 * assertEquals([other.progress.epoch, other.optimizer!.iterations], [3, 3]);
 * ```
 */
export function trainingState(model: Model): string {
  const { optimizer } = model.compiled, { states: _, ...progress } = model.progress;
  const { learningRate } = optimizer.toConfig().config, { iterations } = optimizer;
  const { epoch = [], history = {} } = model.history ?? {};
  return toJson({
    iterations,
    ...(typeof learningRate === "number" && { learningRate }),
    rng: model.rng.state,
    progress,
    history: { epoch, history },
  });
}

/**
 * Brings a compiled model to where the training was that {@linkcode trainingState} tells of, but for its
 * tensors.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential, takeTrainingState, trainingState } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const before = trainingState(model);
 * await model.fit([[1], [2]], [[1], [2]], { verbose: 0 });
 * takeTrainingState(model, before);
 * assertEquals(model.progress, { epoch: 0, step: 0 });
 * ```
 */
export function takeTrainingState(model: Model, state: string): void {
  const { iterations, learningRate, rng, progress, history } = fromJson(state) as SavedTraining & {
    iterations: number;
    learningRate?: number;
  };
  const { optimizer } = model.compiled;
  optimizer.iterations = iterations;
  if (learningRate !== undefined) optimizer.learningRate = learningRate;
  model.rng.state = rng;
  const { states } = model.progress;
  model.progress = states === undefined ? progress : { ...progress, states };
  model.history = Object.assign(new History(), history);
}

function savedMetric(metric: MetricLike): (string | Config)[] {
  if (typeof metric === "string") return [metric];
  return metric instanceof Loss ? [metric.toConfig()] : [];
}

/** The class and options of a saved model. */
export function readModel(metadata: Readonly<Record<string, string>>, file: string): Config {
  if (metadata.neurite !== VERSION) {
    const found = whatElse(metadata);
    throw new DataError(
      `Cannot read ${file} as a model must have been saved in it, in version ${VERSION}: current ` +
        found,
      { file, expected: `version ${VERSION}`, found },
    );
  }
  return part(metadata, "model", file, isConfig);
}

/** What users saved with the model; nothing where they saved nothing. */
export function readUserMetadata(
  metadata: Readonly<Record<string, string>>,
  file: string,
): Record<string, unknown> {
  return metadata.metadata === undefined ? {} : part(metadata, "metadata", file, isRecord);
}

/** What is in a file of other metadata, and who reads it. */
function whatElse({ neurite, format }: Readonly<Record<string, string>>): string {
  if (neurite !== undefined) return `version ${excerpt(neurite)}`;
  const [, className] = /^neurite (\w{1,40}) \d+$/.exec(format ?? "") ?? [];
  if (className !== undefined) return `a ${className}. It is read by ${className}.load`;
  return "none. Weights of other programs are read by loadWeights";
}

/** What was saved of the training; `undefined` where it was left out. */
export function readTraining(
  metadata: Readonly<Record<string, string>>,
  file: string,
): SavedTraining | undefined {
  if (metadata.settings === undefined) return undefined;
  return {
    settings: part(metadata, "settings", file, isSettings),
    rng: part(metadata, "rng", file, isRngState),
    progress: part(metadata, "progress", file, isProgress),
    history: part(metadata, "history", file, isHistory),
  };
}

/** A part of the metadata; throws `DataError` if it is not what it should be. */
function part<T>(
  metadata: Readonly<Record<string, string>>,
  name: string,
  file: string,
  is: (value: unknown) => value is T,
): T {
  let value: unknown, cause: unknown;
  try {
    value = fromJson(metadata[name] ?? "");
  } catch (error) {
    cause = error;
  }
  if (is(value)) return value;
  const found = metadata[name] === undefined ? "nothing" : excerpt(metadata[name]);
  const expected = `the JSON of a ${name}`;
  throw new DataError(
    `Cannot read ${file} as "${name}" of its metadata must be ${expected}: current ${found}`,
    { file, expected, found, cause },
  );
}

/** JSON in which numbers that it has none for are kept, as `{ "number": "NaN" }`. */
function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, item) =>
      typeof item === "number" && !Number.isFinite(item) ? { number: String(item) } : item,
  );
}

function fromJson(text: string): unknown {
  checkBrackets(text);
  return revived(JSON.parse(text));
}

/** The numbers that JSON has none for, made again. (A reviver of `JSON.parse` is 100 times slower.) */
function revived(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { number } = value as { number?: string };
  if (typeof number === "string" && Object.keys(value).length === 1) {
    if (["NaN", "Infinity", "-Infinity"].includes(number)) return Number(number);
  }
  Reflect.deleteProperty(value, "__proto__"); // A name like any other in JSON, and none of ours.
  const members = value as Record<string, unknown>;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    if (typeof members[key] === "object") members[key] = revived(members[key]);
  }
  return value;
}

/** Refuses JSON that is so deep or so full of small parts that it would fill the stack or the memory. */
function checkBrackets(text: string): void {
  let depth = 0, count = 0, quoted = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (quoted && sign === "\\") i++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === "]" || sign === "}") depth--;
    else if ((sign === "[" || sign === "{") && (++depth > DEEPEST || ++count > MOST_BRACKETS)) {
      throw new RangeError(`${depth} brackets within each other, ${count} in all`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isMetric(value: unknown): value is string | Config {
  return typeof value === "string" || isConfig(value);
}

function isConfig(value: unknown): value is Config {
  return isRecord(value) && typeof value.className === "string" && isRecord(value.config);
}

function isSettings(value: unknown): value is SavedSettings {
  return isRecord(value) && isConfig(value.optimizer) && isCount(value.iterations) &&
    isListOf(value.losses, isConfig) && isListOf(value.metrics, isMetric) &&
    isListOf(value.weightedMetrics, isMetric) &&
    (value.lossWeights === undefined || isListOf(value.lossWeights, isNumber));
}

function isRngState(value: unknown): value is RngState {
  return isRecord(value) && isCount(value.seed) && isCount(value.position) &&
    isListOf(value.buffer, isCount) && value.buffer.length <= 4 &&
    value.buffer.every((word) => word < 2 ** 32);
}

function isProgress(value: unknown): value is Progress {
  return isRecord(value) && isCount(value.epoch) && isCount(value.step) &&
    (value.shuffle === undefined || isRngState(value.shuffle)) &&
    (value.batchSize === undefined || isCount(value.batchSize)) &&
    (value.sums === undefined || isListOf(value.sums, isNumber));
}

function isHistory(value: unknown): value is Pick<History, "epoch" | "history"> {
  return isRecord(value) && isListOf(value.epoch, isCount) && isRecord(value.history) &&
    Object.values(value.history).every((numbers) => isListOf(numbers, isNumber));
}
