/** Saving models, and going on with them. */
import { DataError, globalRng, keep, stopGradient, type Tensor } from "@neurite/tensor";
import {
  type BytesKind,
  type FileSource,
  type FileTarget,
  nameOfSource,
} from "@neurite/tensor/files";
import { checkOptions } from "@neurite/tensor/internal";
import { match, matchAll, type Pair, take } from "./checkpoint/match.ts";
import {
  readModel,
  readTraining,
  readUserMetadata,
  type SavedSettings,
  type SavedTraining,
  writeMetadata,
  writeProgress,
} from "./checkpoint/metadata.ts";
import { savedStates, stateName, statesOf } from "./checkpoint/states.ts";
import { layers } from "./layer.ts";
import { whileLoading } from "./loading.ts";
import { losses } from "./losses/mod.ts";
import type { MetricLike } from "./metrics/mod.ts";
import type { Model } from "./model.ts";
import { optimizers } from "./optimizers/mod.ts";
import { readSafetensors, writeSafetensors } from "./safetensors/file.ts";
import type { SavedTensor } from "./safetensors/format.ts";
import { History } from "./training/history.ts";
import { LOAD, LOAD_WEIGHTS, SAVE } from "./training/options.ts";
import type { Config } from "./variable.ts";

/** What {@linkcode saveModel} writes. */
export interface SaveModelOptions {
  /** Leaves out what is only needed to train on; `false` by default. */
  weightsOnly?: boolean;
}

/** How {@linkcode loadModel} makes the model. */
export interface LoadModelOptions {
  /** Whether it is compiled as it was when it was saved, if it was; `true` by default. */
  compile?: boolean;
  /** What is measured, in place of what was. Metrics are saved that are names or losses. */
  metrics?: readonly (string | MetricLike)[];
  /** The same of what is measured with weights. */
  weightedMetrics?: readonly (string | MetricLike)[];
}

/** How {@linkcode loadWeights} looks for weights. */
export interface LoadWeightsOptions {
  /** The name in the file of a weight that has the given one in the model; the same by default. */
  rename?: (name: string) => string;
}

/** What stands before the names of the optimizer's tensors. */
const OPTIMIZER = "optimizer/";

/** The weights of a model by name. */
function weightsOf(model: Model): Map<string, Tensor> {
  return named(model.namedWeights().map(([name, { value }]) => [name, value]));
}

/**
 * What the optimizer remembers of each weight that it changes, or changed before that was frozen, by
 * name; also of those frozen ones that a file has something of.
 */
function momentsOf(model: Model, saved?: ReadonlyMap<string, SavedTensor>): Map<string, Tensor> {
  const { optimizer } = model.compiled, trainable = new Set(model.trainableWeights);
  const inFile = new Set(Array.from(saved?.keys() ?? [], (name) => name.replace(/\/[^/]*$/, "")));
  const changed = model.namedWeights().filter(([name, weight]) =>
    trainable.has(weight) || optimizer.remembers(weight) ||
    inFile.has(`${OPTIMIZER}${optimizer.name}/${name}`)
  );
  const state = optimizer.state(
    changed.map(([, weight]) => weight),
    changed.map(([name]) => name),
  );
  return named(Array.from(state, ([name, moment]) => [`${OPTIMIZER}${name}`, moment]));
}

/** A map of pairs, in which no name may come twice. */
function named(pairs: readonly (readonly [string, Tensor])[]): Map<string, Tensor> {
  const map = new Map(pairs);
  if (map.size === pairs.length) return map;
  const [name] = pairs.find(([name], i) => pairs.findIndex(([other]) => other === name) < i)!;
  throw new RangeError(
    `Cannot save or load weights as each must have a name of its own: current two "${name}"`,
  );
}

/**
 * Saves a model in one safetensors file: its layers, its weights, and, if it is compiled, all that is
 * needed to go on training where it is, in the middle of an epoch too: the optimizer with what it
 * remembers, the random generator, the place in the epoch, the history. So is `model.metadata`, where
 * you put what its inputs and outputs mean.
 *
 * A path is written beside its place and renamed: a crash leaves the file that was there. What is
 * saved is the state at the moment of the call, even if training goes on meanwhile. Of several processes that
 * train the model, each calls it, and rank 0 writes.
 *
 * `target` may also be a file handle; `"opfs://folder/name"` or `"indexeddb://name"`, a name in the storage
 * of a page; an address, to which the file is sent by `PUT`; or `Uint8Array`, `ArrayBuffer`, `Blob` or
 * `Response`, of which one with the file in it is given back: `const bytes = await saveModel(model, Uint8Array)`.
 *
 * Not saved: metrics that are neither names nor losses, such as functions, which `loadModel` can be
 * given again, and what callbacks remember. A loss that is a function cannot be saved: write a class,
 * and register it.
 *
 * @throws {DataError} if the file cannot be written.
 * @throws {ShapeError} if the model is not built.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, loadModel, saveModel, Sequential } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
 * const model = new Sequential([new Dense(2, { inputShape: [3] })], { seed: 1 });
 * await saveModel(model, path);
 *
 * const again = await loadModel(path);
 * assertEquals(again.predict([[1, 2, 3]]).array(), model.predict([[1, 2, 3]]).array());
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function saveModel<K extends BytesKind>(
  model: Model,
  target: K,
  options?: SaveModelOptions,
): Promise<InstanceType<K>>;
/** Saves a model where `target` says. */
export function saveModel(
  model: Model,
  target: FileTarget,
  options?: SaveModelOptions,
): Promise<void>;
export async function saveModel(
  model: Model,
  target: FileTarget | BytesKind,
  options: SaveModelOptions = {},
): Promise<unknown> {
  checkOptions("save a model", options, SAVE);
  const { weightsOnly = false } = options;
  const training = !weightsOnly && model.isCompiled, { states } = model.progress;
  const values = named([
    ...weightsOf(model),
    ...(training ? momentsOf(model) : []),
    ...(training && states === undefined ? statesOf(model) : []),
  ]);
  const metadata = writeMetadata(model, training), tensors = new Map<string, SavedTensor>();
  const progress = training ? writeProgress(model) : undefined;
  if (!model.leads && typeof target !== "function") {
    await progress; // All ranks add up what the means of the epoch are made of; rank 0 writes.
    return;
  }
  // Training may go on while values are read: these keep what there is now.
  const now = Array.from(values, ([name, value]) => [name, keep(stopGradient(value))] as const);
  try {
    if (progress !== undefined) metadata.progress = await progress;
    for (const [name, value] of now) {
      tensors.set(name, { dtype: value.dtype, shape: value.shape, data: await value.data() });
    }
  } finally {
    for (const [, value] of now) value.dispose();
  }
  // Of a training that was loaded and not yet resumed.
  if (training) states?.forEach((state, name) => tensors.set(stateName(name), state));
  return await writeSafetensors(target as FileTarget, tensors, metadata);
}

/**
 * Recreates the model that {@linkcode saveModel} saved, with a generator of its own. To go on with
 * its training, call `fit` with `resume: true`. Classes of your own must be registered: `layers`,
 * `losses`, `optimizers`.
 *
 * `source` is a path; an address that is fetched; bytes, a `Blob`, a `Response`; a file handle; or a name in
 * the storage of a page, `"opfs://folder/name"` or `"indexeddb://name"`.
 *
 * @throws {DataError} if the file cannot be read, holds no model, or is damaged.
 *
 * @example Train on where the training stopped
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, loadModel, saveModel, Sequential } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];
 * const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 });
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * await model.fit(x, y, { epochs: 2, batchSize: 2, verbose: 0 });
 * await saveModel(model, path);
 * await model.fit(x, y, { epochs: 5, batchSize: 2, verbose: 0, resume: true });
 *
 * const resumed = await loadModel(path);
 * await resumed.fit(x, y, { epochs: 5, batchSize: 2, verbose: 0, resume: true });
 * assertEquals(resumed.getWeights()[0].array(), model.getWeights()[0].array());
 * assertEquals(resumed.history!.history.loss, model.history!.history.loss);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function loadModel(
  source: FileSource,
  options: LoadModelOptions = {},
): Promise<Model> {
  checkOptions("load a model", options, LOAD);
  const { compile = true, metrics, weightedMetrics } = options;
  const file = nameOfSource(source), { tensors, metadata } = await readSafetensors(source);
  const config = readModel(metadata, file), training = readTraining(metadata, file);
  const own = readUserMetadata(metadata, file);
  const wanted = compile ? training : undefined, seed = training?.rng.seed ?? 0;
  return make(file, tensors, () => {
    const type = layers.typeOf(config.className);
    if (type !== undefined && !type.prototype.isModel) {
      throw new TypeError(`a ${config.className} is no model`);
    }
    const model = layers.make({ ...config, config: { ...config.config, seed } }) as Model;
    void model.weights; // Makes them, and throws where layers do not fit.
    if (wanted !== undefined) compileAs(model, wanted.settings, { metrics, weightedMetrics });
    restore(model, file, tensors, wanted);
    model.metadata = own;
    return model;
  });
}

/** Compiles a model as it was when it was saved, with other metrics where they are given. */
function compileAs(
  model: Model,
  settings: SavedSettings,
  { metrics, weightedMetrics }: LoadModelOptions,
): void {
  const made = (one: string | Config): MetricLike =>
    typeof one === "string" ? one as MetricLike : losses.make(one);
  model.compile({
    optimizer: optimizers.make(settings.optimizer),
    loss: settings.losses.map((loss) => losses.make(loss)),
    metrics: metrics ?? settings.metrics.map(made),
    weightedMetrics: weightedMetrics ?? settings.weightedMetrics.map(made),
    lossWeights: settings.lossWeights,
  });
}

/**
 * Makes what a file describes, of no more numbers than it holds, and of none that the global generator
 * misses. Whatever is wrong with the description becomes a `DataError`.
 */
function make<T>(file: string, saved: ReadonlyMap<string, SavedTensor>, f: () => T): T {
  const rng = globalRng(), { state } = rng;
  const numbers = Array.from(saved.values(), ({ data }) => data.length).reduce((a, b) => a + b, 0);
  try {
    return whileLoading(numbers, f);
  } catch (cause) {
    if (cause instanceof DataError && cause.file === file) throw cause;
    const found = (cause as Error).message;
    throw new DataError(
      `Cannot read ${file} as its model must be made of known parts: current ${found}`,
      { file, expected: "a model", found, cause },
    );
  } finally {
    rng.state = state;
  }
}

/**
 * Brings a compiled model to where the training was that {@linkcode saveModel} saved: its weights, the
 * optimizer with what it remembers and its learning rate, the generator, the place in the epoch and
 * the history. Unlike {@linkcode loadModel} it takes layers, losses and options from the program.
 *
 * @throws {DataError} if the model has other weights, naming the first difference, or another
 * optimizer, or if the file is damaged; nothing is changed then.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { Dense, restoreModel, saveModel, Sequential } from "@neurite/nn";
 * import { DataError } from "@neurite/tensor";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
 * function network(units: number) {
 *   const model = new Sequential([new Dense(units, { inputShape: [1] })]);
 *   model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 *   return model;
 * }
 * const model = network(1);
 * await model.fit([[1], [2]], [[1], [3]], { epochs: 3, verbose: 0 });
 * await saveModel(model, path);
 *
 * const again = network(1);
 * await restoreModel(again, path);
 * assertEquals(again.progress.epoch, 3);
 * await assertRejects(() => restoreModel(network(2), path), DataError, "[1, 2] in the model, [1, 1]");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function restoreModel(model: Model, source: FileSource): Promise<void> {
  void model.compiled; // Throws if it was not compiled.
  void model.weights; // Throws if it is not built.
  const file = nameOfSource(source), { tensors, metadata } = await readSafetensors(source);
  readModel(metadata, file);
  const training = readTraining(metadata, file), own = readUserMetadata(metadata, file);
  if (training === undefined) {
    throw new DataError(
      `Cannot restore model "${model.name}" from ${file} as its training must have been saved: ` +
        "current only weights. Use loadWeights",
      { file, expected: "a training", found: "only weights" },
    );
  }
  make(file, tensors, () => restore(model, file, tensors, training));
  model.metadata = own;
}

/** Checks everything, then changes the model. */
function restore(
  model: Model,
  file: string,
  saved: ReadonlyMap<string, SavedTensor>,
  training: SavedTraining | undefined,
): void {
  const weights = weightsOf(model), pairs: Pair[] = match(weights, saved, file, model.name);
  const rest = new Map([...saved].filter(([name]) => !name.startsWith(OPTIMIZER)));
  const states = savedStates(model, rest, file);
  matchAll(weights, rest, file, model.name);
  if (training !== undefined) {
    checkOptimizer(model, file, training);
    checkSums(model, file, training);
    pairs.push(...match(momentsOf(model, saved), saved, file, model.name));
  }
  take(pairs);
  if (training === undefined) return;
  const { settings, rng, progress, history } = training, { optimizer } = model.compiled;
  const { learningRate } = settings.optimizer.config;
  if (typeof learningRate === "number") optimizer.learningRate = learningRate;
  optimizer.iterations = settings.iterations;
  model.rng.state = rng;
  model.progress = states === undefined ? progress : { ...progress, states };
  model.history = Object.assign(new History(), history);
}

/** Refuses means of an epoch that are not those of the losses and metrics of the model. */
function checkSums(model: Model, file: string, { progress: { sums } }: SavedTraining): void {
  const expected = sums === undefined ? 0 : model.trainer.means.size, found = sums?.length ?? 0;
  if (expected === found) return;
  throw new DataError(
    `Cannot restore model "${model.name}" from ${file} as it must measure what it measured when it ` +
      `was saved within an epoch: current ${found} sums in the file, ${expected} of the losses and ` +
      "metrics of the model. Give the same metrics, or load it with compile: false",
    { file, expected, found },
  );
}

/** Refuses another optimizer, a rate that is none, and a schedule in place of another. */
function checkOptimizer(model: Model, file: string, { settings }: SavedTraining): void {
  const present = model.compiled.optimizer.toConfig(), { optimizer: saved } = settings;
  const [rate, own] = [saved, present].map(({ config }) => config.learningRate);
  const fits = typeof rate === "number"
    ? Number.isFinite(rate) && rate >= 0
    : JSON.stringify(rate) === JSON.stringify(own);
  if (fits && present.className === saved.className) return;
  const say = ({ className }: Config, rate: unknown) =>
    `${className} with learning rate ${JSON.stringify(rate)}`;
  const expected = say(saved, rate), found = say(present, own);
  throw new DataError(
    `Cannot restore model "${model.name}" from ${file} as its optimizer must be ${expected}: ` +
      `current ${found}`,
    { file, expected, found },
  );
}

/**
 * Takes weights from a safetensors file, of this or another program, by their names and shapes. What
 * the file has besides is not looked at: the layers of an encoder find their weights in the file of
 * an autoencoder.
 *
 * @throws {DataError} that names the first weight that is missing or of another shape; nothing is
 * changed then.
 *
 * @example Weights that another program calls by other names
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, loadWeights, Sequential, writeSafetensors } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/weights.safetensors`;
 * const foreign = new Map([
 *   ["dense.kernel", { dtype: "float32" as const, shape: [1, 2], data: new Float32Array([3, 4]) }],
 *   ["dense.bias", { dtype: "float32" as const, shape: [2], data: new Float32Array([0, 1]) }],
 * ]);
 * await writeSafetensors(path, foreign);
 *
 * const model = new Sequential([new Dense(2, { inputShape: [1] })]);
 * await loadWeights(model, path, { rename: (name) => name.replace("/", ".") });
 * assertEquals(model.predict([[2]]).array(), [[6, 9]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function loadWeights(
  model: Model,
  source: FileSource,
  options: LoadWeightsOptions = {},
): Promise<void> {
  checkOptions("load weights", options, LOAD_WEIGHTS);
  const { rename } = options;
  const weights = weightsOf(model), { tensors } = await readSafetensors(source);
  take(match(weights, tensors, nameOfSource(source), model.name, rename));
}
