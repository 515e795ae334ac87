import {
  type CallContext,
  type Constraint,
  formatSizes,
  type Initializer,
  initializerOf,
  type Known,
  Layer,
  type LayerOptions,
  type Regularizer,
  type Shape,
  type Variable,
} from "@neurite/nn";
import { gather, notEqual, type Rng, ShapeError, type Tensor } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { symbolsOf } from "../check_layer.ts";

/** The options of {@linkcode Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** Whether number 0 stands for a step that is not there; `false` by default. */
  maskZero?: boolean;
  /** The initial values; `"randomUniform"`, from -0.05 to 0.05, by default. */
  embeddingsInitializer?: string | Initializer;
  /** What is added to the loss for the size of the vectors. */
  embeddingsRegularizer?: Regularizer;
  /** What keeps the vectors in bounds. */
  embeddingsConstraint?: Constraint;
}

/**
 * A vector for each symbol: row `i` of a matrix `embeddings` `[inputDim, outputDim]` for number `i`.
 * Sequences of numbers `[batch, time]` become sequences of vectors `[batch, time, outputDim]`. With
 * `maskZero` steps of number 0 fill short sequences up: the layers and the loss after it leave them
 * out. Keras's `Embedding`.
 *
 * Throws `RangeError` for sizes below 1, and for numbers that are none of a symbol.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sequential } from "@neurite/nn";
 * import { Embedding } from "@neurite/rnn";
 *
 * const model = new Sequential([new Embedding(3, 2, { inputShape: [null] })]);
 * model.setWeights([[[0, 1], [10, 11], [20, 21]]]);
 * assertEquals(model.predict([[2, 0]]).array(), [[[20, 21], [0, 1]]]);
 * ```
 */
export class Embedding extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["inputDim", "outputDim"];
  /** The names of its options. */
  static override readonly options: Known<EmbeddingOptions> = {
    ...Layer.options,
    maskZero: true,
    embeddingsInitializer: true,
    embeddingsRegularizer: true,
    embeddingsConstraint: true,
  };
  /** The number of symbols. */
  readonly inputDim: number;
  /** The length of a vector. */
  readonly outputDim: number;
  /** Whether number 0 stands for a step that is not there. */
  readonly maskZero: boolean;
  /** The initial values. */
  readonly embeddingsInitializer: Initializer;
  /** What is added to the loss for the size of the vectors. */
  readonly embeddingsRegularizer: Regularizer | undefined;
  /** What keeps the vectors in bounds. */
  readonly embeddingsConstraint: Constraint | undefined;
  #embeddings: Variable | undefined;

  /** Vectors of `outputDim` numbers for the symbols 0 to `inputDim - 1`. */
  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super(options);
    checkCount("make an Embedding", "inputDim", inputDim);
    checkCount("make an Embedding", "outputDim", outputDim);
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.maskZero = options.maskZero ?? false;
    this.embeddingsInitializer = initializerOf(options.embeddingsInitializer ?? "randomUniform");
    this.embeddingsRegularizer = options.embeddingsRegularizer;
    this.embeddingsConstraint = options.embeddingsConstraint;
  }

  /** The shape of the result. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    if (this.maskZero && shape.length !== 1) {
      throw new ShapeError(
        "compute Embedding",
        "with maskZero an example must be a sequence of numbers, [time]",
        [],
        formatSizes(shape),
      );
    }
    return [...shape, this.outputDim];
  }

  /** Makes the vectors. */
  protected override build(_inputShapes: readonly Shape[], rng: Rng): void {
    const shape = [this.inputDim, this.outputDim];
    this.#embeddings = this.addWeight("embeddings", shape, this.embeddingsInitializer, rng, {
      regularizer: this.embeddingsRegularizer,
      constraint: this.embeddingsConstraint,
    });
  }

  /** The vectors of symbols; sets their mask. */
  override call([x]: readonly Tensor[], { masks }: CallContext): Tensor {
    const vectors = gather(this.#embeddings!.value, symbolsOf(this.name, x));
    if (this.maskZero) masks?.set(vectors, notEqual(x, 0));
    return vectors;
  }
}
