/** What a layer is: the contract between layers and the models that run them. */
import { type FusedActivation, type Rng, ShapeError, type Tensor } from "@neurite/tensor";
import { brand, quoted } from "@neurite/tensor/internal";
import { Configurable, type Known } from "./configurable.ts";
import type { Initializer } from "./initializers/mod.ts";
import { countLayer, initialValue } from "./loading.ts";
import { isMaking, Registry } from "./registry.ts";
import { formatSizes, isShape, type Shape } from "./shape.ts";
import { Node, SymbolicTensor } from "./symbolic.ts";
import { type Config, type State, Variable, type VariableOptions } from "./variable.ts";

/** The masks of several tensors, in order: which steps are there, `[batch, time]`. */
export type Masks = readonly (Tensor | undefined)[];

/** What a layer is told when it runs. */
export interface CallContext {
  /** Whether the model learns from this batch: dropout drops, statistics are taken. */
  readonly training: boolean;
  /** Where random numbers come from. */
  readonly rng: Rng;
  /**
   * Which steps of a sequence are there: `[batch, time]`, 0 for a step that only fills a short
   * sequence up, for each result that has such steps. A layer that finds them out, such as
   * an embedding, sets the mask of its result. The layers that follow hand it on as
   * {@linkcode Layer.computeMasks} says, and losses and metrics leave out the steps that it masks.
   */
  readonly masks?: Map<Tensor, Tensor>;
  /**
   * The states that recurrent layers go on from, by layer, zeros for one that is not there, and where
   * they leave their last ones. A model is run by steps like this, whatever lengths it was trained
   * with, and whatever stateful layers keep.
   */
  readonly states?: Map<Layer, readonly Tensor[]>;
  /**
   * Where several processes train one model together and batch normalizations are to know of all
   * examples: the sum of a tensor over the processes.
   */
  readonly across?: (x: Tensor) => Tensor;
}

/**
 * Two layers fused into one operation: their result for the inputs of the first one, before the
 * activation of the second where that is wanted.
 */
export type FusedCall = (
  inputs: readonly Tensor[],
  context: CallContext,
  beforeActivation: boolean,
) => Tensor;

/**
 * What follows a layer and is done by its operation on the way:
 * `y = f(scale z + shift + residual)`, where what is not there is left out.
 */
export interface Epilogue {
  /** A factor for each channel. */
  readonly scale?: Tensor;
  /** A number for each channel. */
  readonly shift?: Tensor;
  /** What is added to each result. */
  readonly residual?: Tensor;
  /** The function in the end. */
  readonly activation: FusedActivation;
}

/** A kind of layer that can follow: a batch normalization, a sum of two results, an activation. */
export type EpiloguePart = "normalization" | "sum" | "activation";

/** The options that every layer takes. */
export interface LayerOptions {
  /** The name, unique in a model; by default made of the class's: `dense`, `dense_1`. */
  name?: string;
  /** Whether the optimizer changes the weights, those of the layers in it too; `true` by default. */
  trainable?: boolean;
  /** The shape of an example, for the first layer of a `Sequential`. */
  inputShape?: Shape;
}

/** Layers by the names of their classes; packages with layers register theirs. */
export const layers: Registry<Layer> = new Registry<Layer>("layer");

/**
 * The base of layers. A layer says which shape it makes of which, makes its weights when it knows
 * the shape it is given, and computes.
 *
 * @example A layer of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layer, Sequential, type Shape } from "@neurite/nn";
 * import { mul, type Tensor } from "@neurite/tensor";
 *
 * class Double extends Layer {
 *   computeOutputShape([shape]: readonly Shape[]): Shape {
 *     return shape;
 *   }
 *   call([x]: readonly Tensor[]): Tensor {
 *     return mul(x, 2);
 *   }
 * }
 *
 * const model = new Sequential([new Double()]);
 * assertEquals(model.predict([[1, 2]]).array(), [[2, 4]]);
 * ```
 */
export abstract class Layer extends Configurable {
  static {
    brand(this, "Layer");
  }
  /** The names of its options. */
  static override readonly options: Known<LayerOptions> = {
    name: true,
    trainable: true,
    inputShape: true,
  };
  /** The family of layers. */
  static override readonly family: Registry<Layer> = layers;
  readonly #inputShape: Shape | undefined;
  readonly #weights: Variable[] = [];
  #trainable: boolean;
  #name: string | undefined;
  #built: readonly Shape[] | undefined;

  /** Takes the options that all layers have. */
  constructor(options: LayerOptions = {}) {
    super(options);
    countLayer();
    const { name, trainable = true, inputShape } = options;
    this.#name = name;
    this.#trainable = trainable;
    this.#inputShape = inputShape;
  }

  /** Whether it is a model, made of layers: one that can be trained and saved. */
  get isModel(): boolean {
    return false;
  }

  /** The layers that it is made of, such as those of a model or the one that a wrapper applies. */
  get sublayers(): readonly Layer[] {
    return [];
  }

  /**
   * Whether the optimizer changes the weights. Setting it sets that of the layers in it, too: a frozen
   * model is frozen through and through, and batch normalizations in it keep their statistics.
   */
  get trainable(): boolean {
    return this.#trainable;
  }
  set trainable(trainable: boolean) {
    this.#trainable = trainable;
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** The shape of an example, where it was given. */
  get inputShape(): Shape | undefined {
    return this.#inputShape;
  }

  /** The shape of the result for inputs of these shapes; throws `ShapeError` where they do not fit. */
  abstract computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[];

  /** The result, made of operations on the inputs and the weights. */
  abstract call(
    inputs: readonly Tensor[],
    context: CallContext,
  ): Tensor | readonly Tensor[];

  /**
   * The name of the activation that the result ends with, for a layer that can stop short of it by
   * {@linkcode Layer.callBeforeActivation}: losses that can be computed from there at once ask.
   */
  get activationName(): string | undefined {
    return undefined;
  }
  /** The result before the activation. */
  callBeforeActivation?(inputs: readonly Tensor[], context: CallContext): Tensor;

  /**
   * For a layer that can be fused with the one before it: the operation that does both, or `undefined`
   * where it cannot. Models ask it where the result of the layer before goes nowhere else.
   */
  fuse?(before: Layer): FusedCall | undefined;

  /**
   * What of that which follows it this layer can do on the way, by
   * {@linkcode Layer.callWithEpilogue}: nothing unless a subclass says so. Models ask where they predict
   * and the result goes nowhere else.
   */
  get epilogue(): readonly EpiloguePart[] {
    return [];
  }
  /** The same where a model trains. */
  get trainingEpilogue(): readonly EpiloguePart[] {
    return [];
  }
  /** The result with what follows it. */
  callWithEpilogue?(inputs: readonly Tensor[], context: CallContext, epilogue: Epilogue): Tensor;

  /**
   * The masks of the results, given those of the inputs: none unless a subclass says so, as what a layer
   * makes need not have the same steps. One that works step by step hands them on: `return masks`. Only
   * asked where an input has a mask; a mask that `call` has set counts before it.
   */
  computeMasks(_masks: Masks, _inputs: readonly Tensor[]): Masks {
    return [];
  }

  /** Makes the weights, by {@linkcode Layer.addWeight}; called once, when the shapes are known. */
  protected build(_inputShapes: readonly Shape[], _rng: Rng): void {}

  /** The arguments of the constructor as plain data; `trainable` only where it is not. */
  override getConfig(): Record<string, unknown> {
    const { trainable, ...config } = super.getConfig();
    return trainable === false ? { ...config, trainable } : config;
  }

  /**
   * What a layer with the same options is made from.
   *
   * @throws {TypeError} for a class that is not registered, or that could not be recreated.
   */
  override toConfig(): Config {
    const config = super.toConfig(), type = this.constructor as typeof Layer;
    if ("fromConfig" in type) return config;
    // What does not find its name among the options takes something else before them.
    if (layers.make({ ...config, config: { ...config.config, name: "again" } }).name === "again") {
      return config;
    }
    throw new TypeError(
      `Cannot save layer "${this.name}" as its class must name what its constructor takes before its ` +
        `options: current ${
          type.positional.join(", ") || "nothing"
        }. Say in ${config.className}: ` +
        "static positional = [...]",
    );
  }

  /** Forgets what was carried from batch to batch, such as the state of a recurrent layer. */
  resetStates(): void {
    for (const layer of this.sublayers) layer.resetStates();
  }

  /** The name: given, or assigned by the first model the layer is in. */
  get name(): string {
    return this.#name ?? snakeCase(this.className);
  }

  /** Whether the name was given or assigned. */
  get named(): boolean {
    return this.#name !== undefined;
  }

  /** Gives a name to a layer without one; models do it. */
  assignName(name: string): void {
    this.#name = name;
  }

  /** The weights in Keras's order, its own before those of the layers in it, each once. */
  get weights(): readonly Variable[] {
    return [...new Set([...this.#weights, ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  /** The weights that the optimizer changes: none of a layer that is frozen. */
  get trainableWeights(): readonly Variable[] {
    return this.trainable ? [...new Set(this.thawedWeights)] : [];
  }

  /** The weights of those layers in it that are not frozen, its own among them. */
  protected get thawedWeights(): readonly Variable[] {
    const own = this.trainable ? this.#weights.filter(({ trainable }) => trainable) : [];
    return [...own, ...this.sublayers.flatMap((layer) => layer.thawedWeights)];
  }

  /**
   * Freezes the layers in it where it was made with `trainable: false`; for constructors of layers that
   * are made of others. A saved one knows of each layer whether it is frozen.
   */
  protected freezeSublayers(): void {
    if (!this.trainable && !isMaking()) this.trainable = false;
  }

  /** The weights with their names: `dense/kernel`, and `outer/dense/kernel` of a layer in it. */
  namedWeights(path = `${this.name}/`): [name: string, weight: Variable][] {
    const named = [
      ...this.#weights.map((weight): [string, Variable] => [`${path}${weight.name}`, weight]),
      ...this.sublayers.flatMap((layer) => layer.namedWeights(`${path}${layer.name}/`)),
    ];
    const names = new Map(named.map(([name, weight]) => [weight, name] as const).reverse());
    return named.filter(([name, weight]) => names.get(weight) === name);
  }

  /** What is carried from batch to batch, with names in the model: `lstm/state_0`. */
  namedStates(path = `${this.name}/`): [name: string, state: State][] {
    return this.sublayers.flatMap((layer) => layer.namedStates(`${path}${layer.name}/`));
  }

  /** The number of parameters. */
  countParams(): number {
    return this.weights.reduce((sum, { value }) => sum + value.size, 0);
  }

  /** Whether the weights are made. */
  get built(): boolean {
    return this.#built !== undefined;
  }

  /** Makes the weights unless they are made. Models call it when they know the shapes. */
  ensureBuilt(inputShapes: readonly Shape[], rng: Rng): void {
    if (this.#built !== undefined) return;
    this.build(inputShapes, rng);
    this.#built = inputShapes;
  }

  /** Adds a weight to the layer. */
  protected addWeight(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    rng: Rng,
    options: VariableOptions = {},
  ): Variable {
    const value = initialValue(name, shape, () => initializer.make(shape, rng));
    const weight = new Variable(name, value, options);
    this.#weights.push(weight);
    return weight;
  }

  /**
   * Connects the layer to the results of other layers, for a `Model`. A layer that is connected
   * several times shares its weights.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Dense, Input, Model } from "@neurite/nn";
   *
   * const x = new Input({ shape: [3] });
   * const y = new Dense(2).apply(new Dense(4, { activation: "relu" }).apply(x));
   * assertEquals(new Model({ inputs: x, outputs: y }).countParams(), 3 * 4 + 4 + 4 * 2 + 2);
   * ```
   */
  apply(input: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const outputs = this.applyAll(input);
    if (outputs.length === 1) return outputs[0];
    throw new RangeError(
      `Cannot connect ${this.name} by apply as it has several results: current ` +
        `${outputs.length}. Use applyAll`,
    );
  }

  /** Like {@linkcode Layer.apply}, for a layer with several results. */
  applyAll(input: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor[] {
    const inputs = input instanceof SymbolicTensor ? [input] : input;
    const shapes = inputs.map(({ shape }) => shape);
    let made: Shape | readonly Shape[];
    try {
      made = this.computeOutputShape(shapes);
    } catch (error) {
      if (!(error instanceof ShapeError || error instanceof RangeError)) throw error;
      const from = inputs.map((x) => `${quoted(x.from)} gives ${formatSizes(x.shape)}`).join(
        " and ",
      );
      const known = shapes.map((shape) => shape.map((n) => n ?? -1));
      throw new ShapeError(
        `connect layer ${quoted(this.name)}`,
        `it must take what comes before it (${error.message})`,
        known,
        from,
      );
    }
    const node = new Node(this, inputs);
    const all = isShape(made) ? [made] : made;
    return all.map((shape, index) => new SymbolicTensor(shape, node, index));
  }
}

/** `Conv2D` to `conv2d`, `MaxPooling2D` to `max_pooling2d`: the names Keras makes. */
function snakeCase(name: string): string {
  return name.replace(/(.)([A-Z][a-z0-9]+)/g, "$1_$2").replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase().replace(/_(\d)/g, "$1");
}
