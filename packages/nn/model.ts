/**
 * A model: layers connected from inputs to outputs, and what is done with them as a whole. Longer than
 * other files, as each of the class's methods has its documentation and an example beside it.
 */
import {
  asTensor,
  globalRng,
  Rng,
  ShapeError,
  stopGradient,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import type { BytesKind, FileSource, FileTarget } from "@neurite/tensor/files";
import { checkOptions, quoted } from "@neurite/tensor/internal";
import type { Logs } from "./callbacks/callback.ts";
import {
  loadWeights,
  type LoadWeightsOptions,
  restoreModel,
  saveModel,
  type SaveModelOptions,
} from "./checkpoint.ts";
import { connect, Graph, type GraphConfig, type LayerDescription } from "./graph.ts";
import { type CallContext, Layer, layers } from "./layer.ts";
import type { Optimizer } from "./optimizers/mod.ts";
import type { Shape } from "./shape.ts";
import { revive } from "./registry.ts";
import { standardOutput } from "./screen.ts";
import { summarize } from "./summary.ts";
import type { Input, SymbolicTensor } from "./symbolic.ts";
import { type Batch, type Data, tensorBatch } from "./training/batches.ts";
import { compile, type Compiled, type CompileOptions } from "./training/compile.ts";
import { evaluate, type EvaluateOptions } from "./training/evaluate.ts";
import { fit, type FitOptions, type Progress } from "./training/fit.ts";
import type { History } from "./training/history.ts";
import type { Means } from "./training/means.ts";
import { COMPILE, EVALUATE, FIT, MODEL, PREDICT, SUMMARY } from "./training/options.ts";
import { predict, type PredictOptions } from "./training/predict.ts";
import type { Ranks } from "./training/ranks.ts";
import type { BatchStream } from "./training/stream.ts";
import { Trainer } from "./training/trainer.ts";
import type { State, Variable } from "./variable.ts";

/** What a model may be told besides its layers. */
export interface ModelSettings {
  /** The name; `model` or `sequential` by default. */
  name?: string;
  /** Whether the optimizer changes the weights; `true` by default. */
  trainable?: boolean;
  /** The seed of initial values, shuffling and dropout; without it the global generator is used. */
  seed?: number;
  /** A generator in place of a seed, such as one that several models share. */
  rng?: Rng;
}

/** What a {@linkcode Model} is made of. */
export interface ModelOptions extends ModelSettings {
  /** Where data enters. */
  inputs: Input | readonly Input[];
  /** What comes out. */
  outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/** How {@linkcode Model.summary} prints. */
export interface SummaryOptions {
  /** What is given the table; `console.log` by default. */
  print?: (text: string) => void;
  /** The most characters on a line; by default those of the terminal, if it goes to one. */
  width?: number;
}

/**
 * Layers connected in any way from one or several inputs to one or several outputs. A model is
 * a layer too: a model can be built of models.
 *
 * @example An encoder and a decoder that share their weights with the whole
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [4] });
 * const code = new Dense(2, { activation: "relu" }).apply(x);
 * const autoencoder = new Model({ inputs: x, outputs: new Dense(4).apply(code), seed: 1 });
 * const encoder = new Model({ inputs: x, outputs: code });
 *
 * autoencoder.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * const X = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
 * const { history } = await autoencoder.fit(X, X, { epochs: 3, verbose: 0 });
 * assertEquals(history.loss.length, 3);
 * assertEquals(encoder.predict(X).shape, [4, 2]);
 * ```
 */
export class Model extends Layer {
  /** The generator of initial values, shuffling and dropout. */
  readonly rng: Rng;
  /** Set it to end the training after the current step. */
  stopTraining = false;
  /** Where the training is: what a checkpoint needs to go on from. */
  progress: Progress = { epoch: 0, step: 0 };
  /** The processes that train it together, if there are several; see `@neurite/distributed`. */
  ranks: Ranks | undefined;
  /** The course of the last training, if there was one. */
  history: History | undefined;
  /**
   * Plain data that is saved with the model and loaded with it: what its inputs and outputs mean, such
   * as the scaler of the features, the encoder of the labels, the vocabulary. What has `toJSON` is saved
   * as that.
   */
  metadata: Record<string, unknown> = {};
  #graph: Graph | undefined;
  #compiled: Compiled | undefined;
  #trainer: Trainer | undefined;

  /** A model from its inputs to its outputs. Makes the weights of the layers that have none. */
  constructor(options: ModelOptions | ModelSettings) {
    super({ name: options.name, trainable: options.trainable });
    checkOptions(`make a ${this.className}`, options, MODEL);
    this.rng = options.rng ?? (options.seed === undefined ? globalRng() : new Rng(options.seed));
    if ("inputs" in options) {
      const list = <T>(value: T | readonly T[]) => value instanceof Array ? value : [value];
      this.define(new Graph(list(options.inputs), list(options.outputs)));
      this.freezeSublayers();
    }
  }

  /** Takes the connections and makes the weights. */
  protected define(graph: Graph | undefined): void {
    graph?.build(this.rng);
    this.#graph = graph;
    this.#trainer = undefined;
  }

  /** The connections; throws an error that says what to do where they are not known yet. */
  protected get graph(): Graph {
    if (this.#graph !== undefined) return this.#graph;
    throw new ShapeError(
      `use model ${quoted(this.name)}`,
      "it must be built",
      [],
      "not built. Give the first layer an inputShape, or run the model on data first",
    );
  }

  /** Whether this process prints and writes: of several that train the model, rank 0. */
  get leads(): boolean {
    return (this.ranks?.rank ?? 0) === 0;
  }

  /** Makes the connections for examples of these shapes, where they are not known yet. */
  buildFor(_inputShapes: readonly Shape[]): void {}

  /** It is a model. */
  override get isModel(): boolean {
    return true;
  }

  /** The shape of an example for the first input, where it is known. */
  override get inputShape(): Shape | undefined {
    return this.#graph?.inputs[0].shape;
  }

  /** Whether the connections and the weights are there. */
  override get built(): boolean {
    return this.#graph !== undefined;
  }

  /** Makes the connections and the weights unless they are there. */
  override ensureBuilt(inputShapes: readonly Shape[]): void {
    this.buildFor(inputShapes);
  }

  /** The layers, in the order in which they are run first. */
  get layers(): readonly Layer[] {
    return this.graph.layers;
  }

  /** The inputs. */
  get inputs(): readonly Input[] {
    return this.graph.inputs;
  }

  /** The outputs. */
  get outputs(): readonly SymbolicTensor[] {
    return this.graph.outputs;
  }

  /** The layer of a name; throws `RangeError` that lists the names. */
  getLayer(name: string): Layer {
    const found = this.layers.find((layer) => layer.name === name);
    if (found !== undefined) return found;
    throw new RangeError(
      `Cannot get a layer as its name must be one of ${
        this.layers.map((layer) => layer.name).join(", ")
      }: current "${name}"`,
    );
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[] {
    this.buildFor(inputShapes);
    const { inputs, outputs } = this.graph;
    if (inputs.length !== inputShapes.length) {
      throw new RangeError(
        `Cannot run model ${quoted(this.name)} as it has ${inputs.length} inputs: current ` +
          inputShapes.length,
      );
    }
    this.graph.checkShapes(`run model "${this.name}"`, inputShapes);
    return outputs.length === 1 ? outputs[0].shape : outputs.map(({ shape }) => shape);
  }

  /** Runs the layer. */
  override call(
    inputs: readonly Tensor[],
    context: CallContext,
  ): Tensor | readonly Tensor[] {
    const results = this.graph.run(inputs, context);
    return results.length === 1 ? results[0] : results;
  }

  /** The results of all outputs for tensors, without training; throws where shapes do not fit. */
  run(inputs: readonly Tensor[]): Tensor[] {
    this.buildFor(inputs.map(({ shape }) => shape.slice(1)));
    this.graph.check(`run model "${this.name}"`, inputs);
    return this.graph.run(inputs, this.evaluationContext());
  }

  /** How layers are run where nothing is learnt: to predict, to evaluate, to validate. */
  evaluationContext(): CallContext {
    return { training: false, rng: this.rng };
  }

  /** The activation that the only output ends with. */
  override get activationName(): string | undefined {
    if (!this.built || this.outputs.length > 1) return undefined;
    const last = this.graph.lastLayer(0);
    return last?.callBeforeActivation === undefined ? undefined : last.activationName;
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation(inputs: readonly Tensor[], context: CallContext): Tensor {
    return this.graph.run(inputs, context, [true])[0];
  }

  /** The layers, where they are known. */
  override get sublayers(): readonly Layer[] {
    return this.#graph?.layers ?? [];
  }

  /** The weights, layer by layer; throws where they are not made yet. */
  override get weights(): readonly Variable[] {
    void this.graph;
    return super.weights;
  }

  /** The weights that the optimizer changes. */
  override get trainableWeights(): readonly Variable[] {
    void this.graph;
    return super.trainableWeights;
  }

  /** The weights with their names, layer by layer: `dense/kernel`. */
  override namedWeights(path = ""): [name: string, weight: Variable][] {
    void this.graph;
    return super.namedWeights(path);
  }

  /** What the layers carry from batch to batch, with names. */
  override namedStates(path = ""): [name: string, state: State][] {
    return super.namedStates(path);
  }

  /** The weights' values, in Keras's order: layer by layer, `kernel` before `bias`. */
  getWeights(): Tensor[] {
    return this.weights.map(({ value }) => stopGradient(value));
  }

  /**
   * Sets the weights, in the order of {@linkcode Model.getWeights}. Throws `ShapeError` that names
   * the first weight that does not fit; nothing is changed then.
   */
  setWeights(values: readonly TensorLike[]): void {
    const weights = this.namedWeights();
    if (values.length !== weights.length) {
      throw new RangeError(
        `Cannot set the weights as there must be ${weights.length}: current ${values.length}`,
      );
    }
    tidy(() => {
      const tensors = values.map((value, i) => {
        const [name, { value: { backend, shape } }] = weights[i], tensor = asTensor(value, backend);
        if (tensor.shape.join() === shape.join()) return tensor;
        throw new ShapeError(`set weight "${name}"`, `its shape is [${shape.join(", ")}]`, [
          tensor.shape,
        ]);
      });
      tensors.forEach((tensor, i) => weights[i][1].value.assign(tensor));
    });
  }

  /** The inputs and layers with their classes, shapes, parameters and connections. */
  describe(): LayerDescription[] {
    return this.graph.describe();
  }

  /** Prints the layers, their output shapes and parameters as a table, as Keras does. */
  summary(options: SummaryOptions = {}): void {
    checkOptions("print a summary", options, SUMMARY);
    if (!this.leads) return;
    const { print } = options;
    let { width } = options;
    width ??= print === undefined ? standardOutput().columns || undefined : undefined;
    const rows = this.describe(),
      sequential = rows.every((row, i) =>
        i === 0 ? row.inputs.length === 0 : row.inputs.join() === rows[i - 1].name
      );
    const trainable = this.trainableWeights.reduce((sum, { value }) => sum + value.size, 0);
    (print ?? console.log)(summarize(
      sequential ? rows.slice(1) : rows,
      {
        name: this.name,
        trainable,
        fixed: this.countParams() - trainable,
        optimizer: 0,
      },
      !sequential,
      width,
    ));
  }

  /**
   * Says how the model learns: by which optimizer, from which loss, and what is measured besides.
   * Throws `RangeError` that lists what exists for an unknown name.
   */
  compile(options: CompileOptions): void {
    checkOptions("compile a model", options, COMPILE);
    this.#compiled = compile(options);
    this.#trainer = undefined;
  }

  /** How the model learns; throws an error where `compile` was not called. */
  get compiled(): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new TypeError(
      `Cannot train or evaluate model ${quoted(this.name)} as it must know its loss: current not ` +
        "compiled. Call compile({ optimizer, loss }) first",
    );
  }

  /** Whether `compile` was called. */
  get isCompiled(): boolean {
    return this.#compiled !== undefined;
  }

  /** The optimizer, once the model is compiled. */
  get optimizer(): Optimizer | undefined {
    return this.#compiled?.optimizer;
  }

  /** What runs training steps; made when it is first needed. */
  get trainer(): Trainer {
    return this.#trainer ??= new Trainer(this, this.graph, this.compiled);
  }

  /** Trains the model; see {@linkcode FitOptions}. */
  // deno-lint-ignore require-await -- errors are to reject the promise
  async fit(
    x: Data | BatchStream,
    y?: Data,
    options: FitOptions = {},
  ): Promise<History> {
    checkOptions("train", options, FIT);
    return fit(this, x, y, options);
  }

  /** One step on one batch; returns the loss and the metrics of this batch. */
  trainOnBatch(x: Data, y: Data, sampleWeight?: TensorLike): Promise<Logs> {
    return this.#onBatch({ x, y, sampleWeight }, true);
  }

  /** The loss and the metrics of one batch, without a step. */
  testOnBatch(x: Data, y: Data, sampleWeight?: TensorLike): Promise<Logs> {
    return this.#onBatch({ x, y, sampleWeight }, false);
  }

  async #onBatch(batch: Batch, training: boolean): Promise<Logs> {
    const { epoch, step } = this.progress;
    let means: Means | undefined;
    if (training) await this.#trainer?.settle();
    try {
      tidy(() => {
        const tensors = tensorBatch(this, batch); // Builds the model, if that is still to be done.
        means = this.trainer.newMeans();
        if (training) this.trainer.step(tensors, epoch, step, means);
        else this.trainer.measure(tensors, means);
      });
      return await this.trainer.logs(means!);
    } finally {
      means?.end();
    }
  }

  /** The loss and the metrics over a whole set. */
  // deno-lint-ignore require-await -- errors are to reject the promise
  async evaluate(
    x: Data | AsyncIterable<Batch>,
    y?: Data,
    options: EvaluateOptions = {},
  ): Promise<Logs> {
    checkOptions("evaluate", options, EVALUATE);
    return evaluate(this, x, y, options);
  }

  /**
   * The output for each example, computed in batches. A model with several outputs is asked by
   * {@linkcode Model.predictAll}.
   */
  predict(x: Data, options: PredictOptions = {}): Tensor {
    const [result, ...others] = this.predictAll(x, options);
    if (others.length === 0) return result;
    for (const tensor of [result, ...others]) tensor.dispose();
    throw new RangeError(
      `Cannot predict one result as the model has ${1 + others.length}: use predictAll`,
    );
  }

  /** All outputs for each example, computed in batches. */
  predictAll(x: Data, options: PredictOptions = {}): Tensor[] {
    checkOptions("predict", options, PREDICT);
    return predict(this, x, options);
  }

  /** The output for one batch, computed at once. */
  predictOnBatch(x: Data): Tensor {
    return this.predict(x, { batchSize: Number.MAX_SAFE_INTEGER });
  }

  /** Saves the model with the state of its training; see {@linkcode saveModel}. */
  save<K extends BytesKind>(target: K, options?: SaveModelOptions): Promise<InstanceType<K>>;
  /** Saves the model where `target` says. */
  save(target: FileTarget, options?: SaveModelOptions): Promise<void>;
  save(target: FileTarget | BytesKind, options: SaveModelOptions = {}): Promise<unknown> {
    return saveModel(this, target as FileTarget, options);
  }

  /** Brings the model to where a saved training was; see {@linkcode restoreModel}. */
  restore(source: FileSource): Promise<void> {
    return restoreModel(this, source);
  }

  /** Takes weights from a safetensors file; see {@linkcode loadWeights}. */
  loadWeights(source: FileSource, options: LoadWeightsOptions = {}): Promise<void> {
    return loadWeights(this, source, options);
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { name, trainable } = this, layers = this.graph.layers.map((layer) => layer.toConfig());
    return { name, ...(!trainable && { trainable }), layers, graph: this.graph.toConfig() };
  }

  /** Makes a model, with new weights, of what `getConfig` gave. */
  static fromConfig(config: Record<string, unknown>): Model {
    const { layers, graph, ...settings } = revive(config);
    const ends = connect(graph as GraphConfig, layers as Layer[]);
    return new Model({ ...settings as ModelSettings, ...ends });
  }
}

layers.register({ Model });
