/** The multilayer perceptron and backpropagation, by the four equations. */
import {
  add,
  addScaled,
  type Backend,
  concat,
  equal,
  globalRng,
  keep,
  matmul,
  mul,
  normal,
  Rng,
  ShapeError,
  slice,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
  transpose,
} from "@neurite/tensor";
import { checkOptions, checkPositive, infinityNorm, onHost } from "@neurite/tensor/internal";
import { activate, type Activation, derivative, type Output } from "./activations.ts";
import { checkClasses, checkExamples, checkInputs, checkKind, checkParameters } from "./check.ts";
import { type Cost, costOf, outputError } from "./costs.ts";
import { type FitOptions, type History, train, type TriedStep } from "./fit.ts";

/** What kind of {@linkcode MultilayerPerceptron} to make. */
export interface NetworkOptions {
  /** The activation function of the hidden layers; `sigmoid` by default. */
  activation?: Activation;
  /** The cost function; `quadratic` by default. */
  cost?: Cost;
  /**
   * The activation function of the last layer: by default that of the hidden layers for the
   * quadratic cost, and `softmax` for the cross-entropy (which also takes `sigmoid`).
   */
  output?: Output;
  /**
   * The seed of the initial weights and biases and of the shuffling. Without one, numbers are taken from the
   * global generator of `@neurite/tensor`, which `seed` seeds.
   */
  seed?: number;
}

/** The names of the options. */
const KNOWN: Readonly<Record<keyof NetworkOptions, true>> = {
  activation: true,
  cost: true,
  output: true,
  seed: true,
};

/** What {@linkcode MultilayerPerceptron.backprop} gives. */
export interface Backprop {
  /** `∂C/∂W^l` of each layer, of the shape of `weights`. */
  nablaW: Tensor[];
  /** `∂C/∂b^l` of each layer, of the shape of `biases`. */
  nablaB: Tensor[];
  /** The cost `C`, summed over the examples. */
  cost: number;
}

/** The rows that `predict` takes through the network at once. */
const ROWS_AT_ONCE = 1000;

/**
 * Layers of neurons, each fully connected to the next. The inputs are layer 1, the outputs layer L:
 *
 * `a^1 = x`, `z^l = W^l a^{l-1} + b^l`, `a^l = σ(z^l)` for `l` from 2 to `L`.
 *
 * `weights[i]` is `W^{i+2}`, `[out, in]`, and `biases[i]` is `b^{i+2}`, `[out, 1]`, as the equations
 * have them (Keras keeps the transpose, `[in, out]`). Their initial values are normal, the weights
 * divided by the square root of the number of inputs. Examples are the rows of `X` and `y`; inside,
 * a minibatch is a matrix with one example a column, so that the equations for one example hold
 * for all at once.
 *
 * Source: Nielsen, "Neural Networks and Deep Learning", 2015, chapter 2; Rumelhart, Hinton and
 * Williams, "Learning representations by back-propagating errors", 1986.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MultilayerPerceptron } from "@neurite/mlp-backprop";
 *
 * // XOR, which no single perceptron can learn.
 * const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];
 * const mlp = new MultilayerPerceptron([2, 8, 1], { activation: "tanh", seed: 1 });
 * await mlp.fit(X, y, { epochs: 1000, batchSize: 4, learningRate: 0.5, validation: false });
 * const a = mlp.predict(X).array() as number[][];
 * assertEquals(a.map(([p]) => Math.round(p)), [0, 1, 1, 0]);
 * ```
 */
export class MultilayerPerceptron {
  /** The number of neurons of each layer, the inputs first. */
  readonly layers: readonly number[];
  /** The activation function of the hidden layers. */
  readonly activation: Activation;
  /** The activation function of the last layer. */
  readonly output: Output;
  /** The cost function. */
  readonly cost: Cost;
  /** The generator of the initial weights and biases and of the shuffling. */
  readonly rng: Rng;
  readonly #weights: Tensor[];
  readonly #biases: Tensor[];

  /**
   * A network with `layers[0]` inputs, `layers.at(-1)` outputs and hidden layers between them.
   *
   * @throws {RangeError} for sizes, names or a seed that mean nothing, and for an output that does
   * not go with the cost.
   * @throws {TypeError} for an option that does not exist.
   */
  constructor(layers: readonly number[], options: NetworkOptions = {}) {
    checkOptions("make a network", options, KNOWN);
    const { activation = "sigmoid", cost = "quadratic", seed } = options;
    const output = options.output ?? (cost === "quadratic" ? activation : "softmax");
    checkKind({ layers, activation, cost, output });
    this.layers = [...layers];
    this.activation = activation;
    this.cost = cost;
    this.output = output;
    const rng = this.rng = seed === undefined ? globalRng() : new Rng(seed);
    const pairs = layers.slice(1).map((out, i) => [out, layers[i]]);
    const start = (shape: number[], deviation: number) =>
      onHost(() => keep(normal(shape, 0, deviation, { rng })));
    this.#weights = pairs.map(([out, n]) => start([out, n], 1 / Math.sqrt(n)));
    this.#biases = pairs.map(([out]) => start([out, 1], 1));
  }

  /** The weights `W^2` to `W^L`, each `[out, in]`. Setting them takes an array for each. */
  get weights(): Tensor[] {
    return this.#weights;
  }
  set weights(values: readonly TensorLike[]) {
    replace("weights", this.#weights, values);
  }

  /** The biases `b^2` to `b^L`, each `[out, 1]`. Setting them takes an array for each. */
  get biases(): Tensor[] {
    return this.#biases;
  }
  set biases(values: readonly TensorLike[]) {
    replace("biases", this.#biases, values);
  }

  /**
   * The activations of the last layer for the rows of `X`, all in one pass.
   *
   * @param X The inputs, `[N, in]`, or one input, `[in]`.
   * @returns `[N, out]`
   * @throws {ShapeError} if `X` has another number of columns.
   * @throws {DataError} if `X` is empty or holds NaN or an infinite number.
   */
  feedforward(X: TensorLike): Tensor {
    return onHost(() => this.#outputs(checkInputs(X, this, this.#backend)));
  }

  /**
   * The activations of the last layer for the rows of `X`, a thousand at a time, so that memory is
   * needed for those only. Values and errors are those of {@linkcode feedforward}.
   *
   * @param X The inputs, `[N, in]`, or one input, `[in]`.
   * @returns `[N, out]`
   */
  predict(X: TensorLike): Tensor {
    return onHost(() => {
      const x = checkInputs(X, this, this.#backend), N = x.shape[0], parts: Tensor[] = [];
      if (N <= ROWS_AT_ONCE) return this.#outputs(x);
      for (let i = 0; i < N; i += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, N - i);
        parts.push(tidy(() => this.#outputs(slice(x, [i], [rows]))));
      }
      return concat(parts);
    });
  }

  /**
   * The share of examples that are right, from 0 to 1. An example is in the class of its largest
   * output; with a single output, in class 1 if that is at least 1/2, else in class 0.
   *
   * @param y The desired outputs, `[N, out]`, or class numbers, `[N]`.
   * @param pred The activations of the last layer, `[N, out]`, or class numbers, `[N]`.
   * @throws {ShapeError} if they do not fit the network or each other.
   * @throws {DataError} if they are empty or a class number is out of range.
   */
  accuracy(y: TensorLike, pred: TensorLike): number {
    return onHost(() => {
      const out = this.layers.at(-1)!;
      const truth = checkClasses(y, out, "y", this.#backend);
      const guess = checkClasses(pred, out, "pred", this.#backend);
      if (truth.size !== guess.size) {
        const rule = "y and pred must have one row for each example";
        throw new ShapeError("count right answers", rule, [truth.shape, guess.shape]);
      }
      return sum(equal(truth, guess)).item() / truth.size;
    });
  }

  /**
   * The gradient of the cost by the four equations of backpropagation, summed over the examples of
   * a minibatch, all at once. The tensors are the caller's.
   *
   * @param X The inputs, `[m, in]`, or one input, `[in]`.
   * @param y The desired outputs, `[m, out]`, or one, `[out]`.
   * @throws {ShapeError} if they do not fit the network or each other.
   * @throws {DataError} if they are empty, hold NaN or an infinite number, or if `y` is out of the
   * range of the cost: from 0 to 1 for the cross-entropy, with softmax summing to 1 in each row.
   */
  backprop(X: TensorLike, y: TensorLike): Backprop {
    return onHost(() => {
      const examples = checkExamples(X, y, this, this.#backend);
      return this.#backprop(transpose(examples.x), transpose(examples.y));
    });
  }

  /**
   * One step of gradient descent on a minibatch of `m` examples, the gradient averaged over them:
   * `W ← W - η/m Σ_x ∂C_x/∂W`, `b ← b - η/m Σ_x ∂C_x/∂b`. Where the cost is not finite, or a weight
   * would not be, nothing is changed. Errors are those of {@linkcode backprop}.
   *
   * @returns The cost before the step, averaged over the examples; NaN where a weight would not be
   * finite.
   */
  updateParameters(X: TensorLike, y: TensorLike, learningRate: number): number {
    checkPositive("train", "learningRate", learningRate);
    return onHost(() => {
      const examples = checkExamples(X, y, this, this.#backend);
      const { cost, taken } = this.#update(examples.x, examples.y, learningRate);
      return taken || !Number.isFinite(cost) ? cost : NaN;
    });
  }

  /**
   * Trains by minibatch stochastic gradient descent. Every epoch shuffles the examples and splits
   * them into minibatches of `batchSize`; each but those held out makes one step.
   *
   * @param X The inputs, `[N, in]`.
   * @param y The desired outputs, `[N, out]`.
   * @throws {RangeError} for options that mean nothing.
   * @throws {TypeError} for an option that does not exist.
   * @throws {Error} while another training of the network is running.
   * @throws {DivergedError} if the cost, or a weight, would become NaN or infinite; names epoch and
   * step, and leaves the weights as they were before it.
   * @throws {ShapeError | DataError} as {@linkcode backprop} does.
   */
  fit(X: TensorLike, y: TensorLike, options: FitOptions = {}): Promise<History> {
    return train(this, (x, y, learningRate) => this.#update(x, y, learningRate), X, y, options);
  }

  /** `W^l`, as the equations number the layers. */
  #W(l: number): Tensor {
    return this.#weights[l - 2];
  }

  /** `b^l` */
  #b(l: number): Tensor {
    return this.#biases[l - 2];
  }

  /** Forward: `z^l` and `a^l` for `l` from 2 to `L`, of inputs `x` in columns. */
  #forward(x: Tensor): { z: Tensor[]; a: Tensor[] } {
    const L = this.layers.length, z: Tensor[] = [], a: Tensor[] = [];
    a[1] = x;
    for (let l = 2; l <= L; l++) {
      const σ = activate[l === L ? this.output : this.activation];
      z[l] = add(matmul(this.#W(l), a[l - 1]), this.#b(l)); // z^l = W^l a^{l-1} + b^l
      a[l] = σ(z[l]); //                                       a^l = σ(z^l)
    }
    return { z, a };
  }

  /** Backward: the gradient for a minibatch of inputs `x` and desired outputs `y` in columns. */
  #backprop(x: Tensor, y: Tensor): Backprop {
    const L = this.layers.length, { z, a } = this.#forward(x);
    const σʹ = derivative[this.activation], δ: Tensor[] = [];
    const nablaW: Tensor[] = [], nablaB: Tensor[] = [];

    // (1)  δ^L = ∂C/∂a^L ⊙ σ'(z^L)
    δ[L] = outputError(this.cost, this.output, y, z[L], a[L]);
    for (let l = L - 1; l >= 2; l--) {
      // (2)  δ^l = (W^{l+1})^T δ^{l+1} ⊙ σ'(z^l)
      δ[l] = mul(matmul(this.#W(l + 1), δ[l + 1], { transposeA: true }), σʹ(z[l], a[l]));
    }
    for (let l = 2; l <= L; l++) {
      // (3)  ∂C/∂W^l = δ^l (a^{l-1})^T
      nablaW.push(matmul(δ[l], a[l - 1], { transposeB: true }));
      // (4)  ∂C/∂b^l = δ^l, summed over the examples
      nablaB.push(sum(δ[l], { axis: 1, keepDims: true }));
    }
    return { nablaW, nablaB, cost: costOf(this.cost, this.output, y, z[L], a[L]).item() };
  }

  /** A step on examples in rows that were checked, if it leaves all finite; see {@linkcode updateParameters}. */
  #update(x: Tensor, y: Tensor, η: number): TriedStep {
    return onHost(() => {
      const m = x.shape[0];
      const { nablaW, nablaB, cost } = this.#backprop(transpose(x), transpose(y));
      // W ← W - η/m Σ_x ∂C_x/∂W
      const W = this.#weights.map((W, i) => addScaled(W, nablaW[i], -η / m));
      // b ← b - η/m Σ_x ∂C_x/∂b
      const b = this.#biases.map((b, i) => addScaled(b, nablaB[i], -η / m));
      const largest = infinityNorm([...W, ...b]).item();
      const taken = Number.isFinite(cost) && Number.isFinite(largest);
      if (taken) {
        W.forEach((values, i) => this.#weights[i].assign(values));
        b.forEach((values, i) => this.#biases[i].assign(values));
      }
      return { cost: cost / m, largest, taken };
    });
  }

  /** The activations of the last layer, `[N, out]`, for inputs in rows that were checked. */
  #outputs(x: Tensor): Tensor {
    return transpose(this.#forward(transpose(x)).a.at(-1)!);
  }

  /** Where the parameters are. */
  get #backend(): Backend {
    return this.#weights[0].backend;
  }
}

/** Puts new values into parameters: into all, or, where one does not fit, into none. */
function replace(name: string, parameters: readonly Tensor[], values: readonly TensorLike[]): void {
  onHost(() => {
    const tensors = checkParameters(name, values, parameters);
    tensors.forEach((tensor, i) => parameters[i].assign(tensor));
  });
}
