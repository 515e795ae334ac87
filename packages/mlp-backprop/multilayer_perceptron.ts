/** The multilayer perceptron and backpropagation, by the four equations. */
import {
  add,
  addScaled,
  argmax,
  asTensor,
  concat,
  equal,
  keep,
  matmul,
  mean,
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
import { activate, type Activation, derivative, type Output } from "./activations.ts";
import { type Cost, costOf, outputError } from "./costs.ts";
import { type FitOptions, type History, train } from "./fit.ts";
import { checkNetwork, checkPaired, checkRows } from "./check.ts";

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
  /** The seed of the start values and of the shuffling; 0 by default. */
  seed?: number;
}

/** What {@linkcode MultilayerPerceptron.backprop} gives. */
export interface Backprop {
  /** `∂C/∂W^l` of each layer, of the shape of `weights`. */
  nablaW: Tensor[];
  /** `∂C/∂b^l` of each layer, of the shape of `biases`. */
  nablaB: Tensor[];
  /** The cost `C`, summed over the examples. */
  cost: number;
}

/**
 * Layers of neurons, each fully connected to the next:
 *
 * `z^l = W^l a^{l-1} + b^l`, `a^l = σ(z^l)`, `a^1 = x`.
 *
 * `weights[i]` is `[out, in]` and `biases[i]` is `[out, 1]`, as the equations have them (Keras
 * keeps the transpose, `[in, out]`). They start as normal numbers, the weights divided by the
 * square root of the number of inputs. Examples are the rows of `X` and `y`; inside, a minibatch is
 * a matrix with one example a column, so that the equations for one example hold for all at once.
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
  /** The generator of the start values and of the shuffling. */
  readonly rng: Rng;
  readonly #weights: Tensor[];
  readonly #biases: Tensor[];

  /** A network with `layers[0]` inputs, `layers.at(-1)` outputs and hidden layers between them. */
  constructor(layers: readonly number[], options: NetworkOptions = {}) {
    const { activation = "sigmoid", cost = "quadratic", seed = 0 } = options;
    const output = options.output ?? (cost === "quadratic" ? activation : "softmax");
    checkNetwork(layers, activation, cost, output);
    this.layers = [...layers];
    this.activation = activation;
    this.cost = cost;
    this.output = output;
    const rng = this.rng = new Rng(seed);
    const pairs = layers.slice(1).map((out, i) => [out, layers[i]]);
    this.#weights = pairs.map(([out, n]) => keep(normal([out, n], 0, 1 / Math.sqrt(n), { rng })));
    this.#biases = pairs.map(([out]) => keep(normal([out, 1], 0, 1, { rng })));
  }

  /** The weights `W^l` of each layer, `[out, in]`. */
  get weights(): Tensor[] {
    return this.#weights;
  }
  set weights(values: readonly TensorLike[]) {
    replace("weights", this.#weights, values);
  }

  /** The biases `b^l` of each layer, `[out, 1]`. */
  get biases(): Tensor[] {
    return this.#biases;
  }
  set biases(values: readonly TensorLike[]) {
    replace("biases", this.#biases, values);
  }

  /** The function of layer number `l` (0 is the first with weights). */
  #σ(l: number): Output {
    return l === this.#weights.length - 1 ? this.output : this.activation;
  }

  /** `z^l` and `a^l` of every layer, for inputs in columns; `a[0]` is the input itself. */
  #forward(x: Tensor): { z: Tensor[]; a: Tensor[] } {
    const z: Tensor[] = [], a = [x];
    this.#weights.forEach((W, l) => {
      z.push(add(matmul(W, a[l]), this.#biases[l])); // z^l = W^l a^{l-1} + b^l
      a.push(activate[this.#σ(l)](z[l])); //            a^l = σ(z^l)
    });
    return { z, a };
  }

  /**
   * The activations of the last layer for the rows of `X`, all in one pass.
   *
   * @param X The inputs, `[N, in]`.
   * @returns `[N, out]`
   */
  feedforward(X: TensorLike): Tensor {
    return tidy(() => {
      const x = checkRows(X, this.layers[0], "X");
      return transpose(this.#forward(transpose(x)).a.at(-1)!);
    });
  }

  /**
   * The activations of the last layer for the rows of `X`, a thousand at a time, so that memory is
   * needed for those only.
   *
   * @param X The inputs, `[N, in]`.
   * @returns `[N, out]`
   */
  predict(X: TensorLike): Tensor {
    return tidy(() => {
      const x = checkRows(X, this.layers[0], "X"), parts: Tensor[] = [];
      for (let i = 0; i < x.shape[0]; i += 1000) {
        const rows = Math.min(1000, x.shape[0] - i);
        parts.push(tidy(() => this.feedforward(slice(x, [i, 0], [rows, -1]))));
      }
      return concat(parts, 0);
    });
  }

  /**
   * The share of examples whose largest output is in the right place, from 0 to 1.
   *
   * @param y The desired outputs, `[N, out]`, or class numbers, `[N]`.
   * @param pred The activations of the last layer, `[N, out]`, or class numbers, `[N]`.
   */
  accuracy(y: TensorLike, pred: TensorLike): number {
    return tidy(() => {
      const [truth, guess] = [y, pred].map((v) => {
        const t = asTensor(v);
        return t.rank === 2 ? argmax(t, { axis: 1 }) : t;
      });
      if (truth.rank !== 1 || guess.rank !== 1 || truth.size !== guess.size) {
        throw new ShapeError("count right answers", "both need one row for each example", [
          truth.shape,
          guess.shape,
        ]);
      }
      return mean(equal(truth, guess)).item();
    });
  }

  /**
   * The gradient of the cost by the four equations of backpropagation, summed over the examples.
   *
   * @param X The inputs, `[m, in]`.
   * @param y The desired outputs, `[m, out]`.
   */
  backprop(X: TensorLike, y: TensorLike): Backprop {
    return tidy(() => {
      const rowsX = checkRows(X, this.layers[0], "X"), L = this.#weights.length - 1;
      const rowsY = checkRows(y, this.layers.at(-1)!, "y");
      checkPaired(rowsX, rowsY);
      const Y = transpose(rowsY);
      const { z, a } = this.#forward(transpose(rowsX));
      const nablaW: Tensor[] = [], nablaB: Tensor[] = [];

      // (1)  δ^L = ∂C/∂a^L ⊙ σ'(z^L)
      let δ = outputError(this.cost, this.output, Y, z[L], a[L + 1]);
      for (let l = L; l >= 0; l--) {
        if (l < L) {
          // (2)  δ^l = (W^{l+1}^T δ^{l+1}) ⊙ σ'(z^l)
          const back = matmul(this.#weights[l + 1], δ, { transposeA: true });
          δ = mul(back, derivative[this.activation](z[l], a[l + 1]));
        }
        // (3)  ∂C/∂W^l = δ^l a^{l-1}^T
        nablaW[l] = matmul(δ, a[l], { transposeB: true });
        // (4)  ∂C/∂b^l = δ^l
        nablaB[l] = sum(δ, { axis: 1, keepDims: true });
      }
      const cost = costOf(this.cost, this.output, Y, z[L], a[L + 1]).item();
      return { nablaW, nablaB, cost };
    });
  }

  /**
   * One step of gradient descent on a minibatch of `m` examples, the gradient averaged over them:
   * `W ← W - η/m Σ_x ∂C_x/∂W`, `b ← b - η/m Σ_x ∂C_x/∂b`.
   *
   * @returns The cost before the step, averaged over the examples.
   */
  updateParameters(X: TensorLike, y: TensorLike, learningRate: number): number {
    return tidy(() => {
      const x = asTensor(X), m = x.shape[0], η = learningRate;
      const { nablaW, nablaB, cost } = this.backprop(x, y);
      if (!Number.isFinite(cost)) return NaN;
      nablaW.forEach((nabla, l) => {
        this.#weights[l].assign(addScaled(this.#weights[l], nabla, -η / m));
        this.#biases[l].assign(addScaled(this.#biases[l], nablaB[l], -η / m));
      });
      return cost / m;
    });
  }

  /**
   * Trains by minibatch stochastic gradient descent. Every epoch shuffles the examples and splits
   * them into minibatches of `batchSize`; each but those held out makes one step.
   *
   * @param X The inputs, `[N, in]`.
   * @param y The desired outputs, `[N, out]`.
   */
  fit(X: TensorLike, y: TensorLike, options: FitOptions = {}): Promise<History> {
    return train(this, X, y, options);
  }
}

/** Puts new values into parameters; the shapes must be what they were. */
function replace(name: string, parameters: readonly Tensor[], values: readonly TensorLike[]): void {
  if (values.length !== parameters.length) {
    throw new RangeError(
      `Cannot set the ${name} as there must be one array for each of ${parameters.length} layers: ` +
        `current ${values.length}`,
    );
  }
  tidy(() => {
    const tensors = values.map((value) => asTensor(value));
    tensors.forEach((tensor, i) => parameters[i].assign(tensor));
  });
}
