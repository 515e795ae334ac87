/** The perceptron and Rosenblatt's learning rule. */
import {
  add,
  asTensor,
  cast,
  checkCount,
  checkFinite,
  checkOptions,
  checkPositive,
  dot,
  gather,
  keep,
  mul,
  onHost,
  pad,
  step,
  type Tensor,
  type TensorLike,
  tidy,
  zeros,
} from "@neurite/tensor/core";
import { checkDesired, checkInputs, checkWeights } from "./check.ts";

/** How a {@linkcode Perceptron} learns. */
export interface PerceptronOptions {
  /** The learning rate η, above 0; 1 by default. */
  learningRate?: number;
  /** How often the whole training set is gone through at most; 100 by default. */
  epochs?: number;
}

/** The names of the options. */
const KNOWN: Readonly<Record<keyof PerceptronOptions, true>> = { learningRate: true, epochs: true };

/** What {@linkcode Perceptron.fit} did. */
export interface PerceptronFit {
  /** The epochs that were run; the last one of a converged fit is free of mistakes. */
  epochs: number;
  /** The mistakes of each epoch. */
  mistakes: number[];
  /** Whether an epoch without a mistake was reached. */
  converged: boolean;
}

/**
 * A single artificial neuron with a step activation:
 *
 * `a = σ(z)`, `z = Σ_i w_i x_i` with `x_0 = 1` and the bias as `w_0`; `σ(z) = 1` if `z >= 0`, else 0.
 *
 * It learns by Rosenblatt's rule, example by example: `w ← w + η e x` with the error `e = d - y`
 * of the prediction `y` against the desired output `d`. If a line (a plane, ...) separates the two
 * classes, one is found after finitely many mistakes: the perceptron convergence theorem. If none
 * does, as for XOR, every epoch has a mistake: `fit` gives up after `epochs` of them and reports
 * `converged: false`. XOR has its ones at two opposite corners of a square and its zeros at the
 * other two, and no line has one pair on each side; a network with a hidden layer learns it.
 *
 * From: Rosenblatt, "The perceptron: a probabilistic model for information storage and
 * organization in the brain", 1958.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Perceptron } from "@neurite/perceptron";
 *
 * const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const and = new Perceptron(2);
 * const { converged } = and.fit(X, [0, 0, 0, 1]);
 * assertEquals(converged, true);
 * assertEquals(and.weights, [-3, 2, 1]);
 * assertEquals(and.predict([1, 1]), 1);
 *
 * const xor = new Perceptron(2, { epochs: 50 });
 * assertEquals(xor.fit(X, [0, 1, 1, 0]).converged, false);
 * ```
 */
export class Perceptron {
  /** The number of inputs n. */
  readonly inputSize: number;
  /** The learning rate η. */
  readonly learningRate: number;
  /** The most epochs that `fit` runs. */
  readonly epochs: number;
  readonly #w: Tensor;

  /**
   * A perceptron of `inputSize` inputs whose weights are all 0.
   *
   * @throws {RangeError} for sizes, epochs or a learning rate that mean nothing.
   * @throws {TypeError} for an option that does not exist.
   */
  constructor(inputSize: number, options: PerceptronOptions = {}) {
    const make = "make a perceptron";
    checkOptions(make, options, KNOWN);
    const { learningRate = 1, epochs = 100 } = options;
    checkCount(make, "inputSize", inputSize);
    checkCount(make, "epochs", epochs);
    checkPositive(make, "learningRate", learningRate);
    this.inputSize = inputSize;
    this.learningRate = learningRate;
    this.epochs = epochs;
    this.#w = onHost(() => keep(zeros([inputSize + 1])));
  }

  /**
   * The weights `[w_0, w_1, ..., w_n]`; the bias `w_0` comes first. Setting them takes `n + 1`
   * numbers; `fit` goes on from there.
   */
  get weights(): number[] {
    return [...this.#w.dataSync()];
  }
  set weights(values: TensorLike) {
    tidy(() => this.#w.assign(checkWeights(this.#tensor(values), this.inputSize)));
  }

  /**
   * Learns the desired outputs `d` (0 or 1) of the rows of `X`. Stops after an epoch without a
   * mistake. Begins with the weights as they are, so a second call goes on learning.
   *
   * @param X The inputs, `[N, inputSize]`.
   * @param d The desired outputs, `[N]`.
   * @throws {ShapeError} if `X` and `d` do not fit the perceptron or each other.
   * @throws {DataError} if there is no example, an input is not finite or a desired output not 0 or
   * 1.
   */
  fit(X: TensorLike, d: TensorLike): PerceptronFit {
    return tidy(() => {
      const inputs = checkInputs(this.#tensor(X), ["N", this.inputSize]);
      const desired = checkDesired(this.#tensor(d), inputs.shape[0]);
      const x = pad(inputs, [[0, 0], [1, 0]], 1); // x_0 = 1 in front of every row
      const mistakes: number[] = [];
      while (mistakes.length < this.epochs && mistakes.at(-1) !== 0) {
        mistakes.push(this.#epoch(x, desired));
      }
      return { epochs: mistakes.length, mistakes, converged: mistakes.at(-1) === 0 };
    });
  }

  /**
   * The output for one input: 0 or 1.
   *
   * @param x The input, `[inputSize]`.
   * @throws {ShapeError} if `x` is not a vector of that size.
   * @throws {DataError} if `x` holds NaN or an infinite number.
   */
  predict(x: TensorLike): number {
    return tidy(() => {
      const input = checkInputs(this.#tensor(x), [this.inputSize]);
      return this.#activation(pad(input, [[1, 0]], 1)); // x_0 = 1
    });
  }

  /** Goes through all examples once, corrects the weights, and counts the mistakes. */
  #epoch(x: Tensor, desired: readonly number[]): number {
    let mistakes = 0;
    desired.forEach((d, i) =>
      tidy(() => {
        const x_i = gather(x, i);
        const y = this.#activation(x_i);
        const e = d - y; // e = d - y
        if (e === 0) return;
        const w = add(this.#w, mul(this.learningRate * e, x_i)); // w ← w + η e x
        checkFinite(w, "the new weights");
        this.#w.assign(w);
        mistakes++;
      })
    );
    return mistakes;
  }

  /** `a = σ(w^T x)` of an input that begins with `x_0 = 1`. */
  #activation(x: Tensor): number {
    const z = dot(this.#w, x); // z = Σ_i w_i x_i
    return step(z).item(); //     a = σ(z)
  }

  /** Numbers as float32, where the weights are. */
  #tensor(values: TensorLike): Tensor {
    return cast(asTensor(values, this.#w.backend), "float32");
  }
}
