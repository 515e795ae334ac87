/** The perceptron and Rosenblatt's learning rule. */
import {
  add,
  asTensor,
  checkFinite,
  concat,
  DataError,
  dot,
  gather,
  keep,
  mul,
  ones,
  ShapeError,
  step,
  type Tensor,
  type TensorLike,
  tidy,
  zeros,
} from "@neurite/tensor";

/** How a {@linkcode Perceptron} learns. */
export interface PerceptronOptions {
  /** The learning rate η, greater than 0; 1 by default. */
  learningRate?: number;
  /** How often the whole training set is gone through at most; 100 by default. */
  epochs?: number;
}

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
 * classes, it is found after finitely many mistakes (the perceptron convergence theorem). If none
 * does, as for XOR, the mistakes never end: `fit` then reports `converged: false`.
 *
 * From: Rosenblatt, "The perceptron: a probabilistic model for information storage and
 * organization in the brain", 1958.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Perceptron } from "@neurite/perceptron";
 *
 * const and = new Perceptron(2);
 * const { converged } = and.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]);
 * assertEquals(converged, true);
 * assertEquals(and.weights, [-3, 2, 1]);
 * assertEquals(and.predict([1, 1]), 1);
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

  /** A perceptron of `inputSize` inputs whose weights are all 0. */
  constructor(inputSize: number, { learningRate = 1, epochs = 100 }: PerceptronOptions = {}) {
    check("inputSize", inputSize, "a whole number of at least 1", isCount(inputSize));
    check("epochs", epochs, "a whole number of at least 1", isCount(epochs));
    const rate = Number.isFinite(learningRate) && learningRate > 0;
    check("learningRate", learningRate, "a number greater than 0", rate);
    this.inputSize = inputSize;
    this.learningRate = learningRate;
    this.epochs = epochs;
    this.#w = keep(zeros([inputSize + 1]));
  }

  /** The weights `[w_0, w_1, ..., w_n]`; the bias `w_0` comes first. */
  get weights(): number[] {
    return [...this.#w.dataSync()];
  }
  set weights(values: TensorLike) {
    tidy(() => this.#w.assign(asTensor(values)));
  }

  /**
   * Learns the desired outputs `d` (0 or 1) of the rows of `X`. Stops after an epoch without a
   * mistake.
   *
   * @param X The inputs, `[N, inputSize]`.
   * @param d The desired outputs, `[N]`.
   */
  fit(X: TensorLike, d: TensorLike): PerceptronFit {
    return tidy(() => {
      const inputs = asTensor(X);
      this.#check(inputs);
      const desired = desiredOutputs(asTensor(d), inputs.shape[0]);
      const x = concat([ones([inputs.shape[0], 1]), inputs], 1); // x_0 = 1
      const mistakes: number[] = [];
      for (let epoch = 1; epoch <= this.epochs; epoch++) {
        mistakes.push(0);
        desired.forEach((d_i, i) => tidy(() => {
          const x_i = gather(x, i);
          const y = this.#activation(x_i);
          const e = d_i - y; // e = d - y
          if (e === 0) return;
          this.#w.assign(add(this.#w, mul(this.learningRate * e, x_i))); // w ← w + η e x
          mistakes[epoch - 1]++;
        }));
        if (mistakes[epoch - 1] === 0) return { epochs: epoch, mistakes, converged: true };
      }
      return { epochs: this.epochs, mistakes, converged: false };
    });
  }

  /**
   * The output for one input: 0 or 1.
   *
   * @param x The input, `[inputSize]`.
   */
  predict(x: TensorLike): number {
    return tidy(() => {
      const input = asTensor(x);
      this.#check(input, 1);
      return this.#activation(concat([ones([1]), input]));
    });
  }

  /** `a = σ(w^T x)` for an input that begins with `x_0 = 1`. */
  #activation(x: Tensor): number {
    return step(dot(this.#w, x)).item();
  }

  /** Refuses inputs of another size, empty sets and numbers that are not finite. */
  #check(inputs: Tensor, rank = 2): void {
    if (inputs.rank !== rank || inputs.shape[rank - 1] !== this.inputSize) {
      const rule = `inputs must be of shape ${rank === 2 ? "[N, " : "["}${this.inputSize}]`;
      throw new ShapeError("use the perceptron", rule, [inputs.shape]);
    }
    if (inputs.size === 0) {
      throw new DataError("Cannot fit as there must be at least one example: current 0");
    }
    checkFinite(inputs, "the inputs");
  }
}

/** The desired outputs as numbers; anything but one 0 or 1 for each example is refused. */
function desiredOutputs(d: Tensor, examples: number): readonly number[] {
  if (d.rank !== 1 || d.size !== examples) {
    throw new ShapeError("fit", `d must hold one output for each of ${examples} examples`, [
      d.shape,
    ]);
  }
  const values = [...d.dataSync()], wrong = values.findIndex((v) => v !== 0 && v !== 1);
  if (wrong >= 0) {
    throw new DataError(
      `Cannot fit as every desired output must be 0 or 1: current ${values[wrong]} at ${wrong}`,
      { offset: wrong, expected: "0 or 1", found: values[wrong] },
    );
  }
  return values;
}

/** Whether a number counts something. */
function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}

/** Throws a `RangeError` that says what an option must be. */
function check(name: string, value: number, rule: string, ok: boolean): void {
  if (!ok) {
    throw new RangeError(
      `Cannot make a perceptron as ${name} must be ${rule}: current ${value}`,
    );
  }
}
