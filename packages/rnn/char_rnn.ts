/**
 * The character-level recurrent network, and backpropagation through time, by the equations. Longer than
 * other files, so that all of the chapter's class stands in one place.
 */
import {
  add,
  asTensor,
  clip,
  concat,
  globalRng,
  keep,
  matmul,
  normal,
  oneHot,
  reshape,
  Rng,
  sgdUpdate,
  ShapeError,
  slice,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  transpose,
  zeros,
} from "@neurite/tensor";
import type { BytesKind, FileSource, FileTarget } from "@neurite/tensor/files";
import { checkCount, checkOptions, onHost, tanhGradient } from "@neurite/tensor/internal";
import { Characters } from "./characters.ts";
import { readCharRNN, writeCharRNN } from "./char_rnn_file.ts";
import { checkCorpus, checkParameter, checkRate, checkSettings, checkSymbols } from "./check.ts";
import {
  type CharRNNFitOptions,
  type CharRNNHistory,
  type CharRNNPlace,
  type Learnt,
  train,
} from "./char_rnn_fit.ts";
import { sampler, type SamplingOptions } from "./sampling/draw.ts";
import { generate } from "./sampling/generate.ts";
import type { Stepped, Stepper } from "./sampling/stepper.ts";

/** What kind of {@linkcode CharRNN} to make. */
export interface CharRNNOptions {
  /** The size of the hidden state; 128 by default. */
  hiddenSize?: number;
  /** The steps through which errors go back: the length of a window; 25 by default. */
  seqLength?: number;
  /** The learning rate η; 1e-3 by default. */
  learningRate?: number;
  /** How often `fit` goes through the corpus; 100 by default. */
  epochs?: number;
  /**
   * The seed of the initial values and of sampling. Without one, numbers are taken from the global
   * generator of `@neurite/tensor`.
   */
  seed?: number;
  /**
   * The characters, where they are not to be those of the corpus; the corpus must have no others.
   * With them it may be empty, for a network that is only to write.
   */
  characters?: Characters;
}

const OPTIONS: Readonly<Record<keyof CharRNNOptions, true>> = {
  hiddenSize: true,
  seqLength: true,
  learningRate: true,
  epochs: true,
  seed: true,
  characters: true,
};

/** The names of the parameters. */
export type CharRNNParameter = "Wxh" | "Whh" | "Why" | "bh" | "by";

/** What {@linkcode CharRNN.loss} gives. */
export interface CharRNNLoss {
  /** The cross-entropy, summed over the steps, in nats. */
  loss: number;
  /** The gradient by each parameter, of its shape, clipped to [-5, 5]. */
  gradients: Record<CharRNNParameter, Tensor>;
}

/** Bounds of the gradients. */
const CLIP = 5;

/**
 * A recurrent network that reads and writes text, character by character:
 *
 * `h_t = tanh(Wxh x_t + Whh h_{t-1} + bh)`, `y_t = Why h_t + by`, `p_t = softmax(y_t)`
 *
 * `x_t` is character `t` as a one-hot vector, `p_t` the distribution of character `t + 1`. With `H`
 * hidden numbers and `V` characters, `Wxh` is `[H, V]`, `Whh` `[H, H]`, `Why` `[V, H]`, `bh` `[H, 1]`
 * and `by` `[V, 1]`; weights start as normal numbers times 0.01, biases as zeros. All five can be
 * read and set.
 *
 * Source: the chapter on recurrent networks; Karpathy, "The unreasonable effectiveness of recurrent
 * neural networks", 2015; Werbos, "Backpropagation through time", 1990.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CharRNN } from "@neurite/rnn";
 *
 * const options = { hiddenSize: 16, seqLength: 8, learningRate: 0.1, epochs: 25, seed: 1 };
 * const rnn = new CharRNN("hello world! ".repeat(40), options);
 * await rnn.fit();
 * assertEquals(rnn.sample("hello", 8, { greedy: true }), " world! ");
 * ```
 */
export class CharRNN implements Stepper<Float32Array> {
  /** The characters it knows. */
  readonly characters: Characters;
  /** The size of the hidden state, H. */
  readonly hiddenSize: number;
  /** The length of a window. */
  readonly seqLength: number;
  /** The learning rate η. */
  learningRate: number;
  /** How often `fit` goes through the corpus. */
  epochs: number;
  /** The generator of the initial values and of sampling. */
  readonly rng: Rng;
  /**
   * The loss of a window of `seqLength` characters, smoothed over about a hundred of them by
   * `s ← 0.99 s + 0.01 loss`. It begins at what guessing costs, `seqLength log V`.
   */
  smoothedLoss: number;
  /** Where the training is: within an epoch where it was stopped there. Saved with the network. */
  readonly place: CharRNNPlace = { epoch: 0, window: 0, total: 0 };
  /** The course of the training so far. Saved with the network. */
  history: CharRNNHistory = { loss: [], smoothedLoss: [], stopped: false };
  readonly #corpus: Int32Array;
  readonly #parameters: Readonly<Record<CharRNNParameter, Tensor>>;
  #h: Tensor;
  #training = false;

  /**
   * A network for the characters of a corpus.
   *
   * @throws {DataError} if the corpus is not longer than a window, or has characters that
   * `characters` lacks.
   * @throws {RangeError} for options that make no sense.
   */
  constructor(corpus: string, options: CharRNNOptions = {}) {
    const { hiddenSize = 128, seqLength = 25, learningRate = 1e-3, epochs = 100, seed } = options;
    checkOptions("make a CharRNN", options, OPTIONS);
    checkSettings({ hiddenSize, seqLength, epochs }, learningRate);
    if (options.characters === undefined || corpus !== "") checkCorpus(corpus.length, seqLength);
    this.characters = options.characters ?? Characters.of(corpus);
    this.#corpus = this.characters.encode(corpus);
    if (corpus !== "") checkCorpus(this.#corpus.length, seqLength);
    this.hiddenSize = hiddenSize;
    this.seqLength = seqLength;
    this.learningRate = learningRate;
    this.epochs = epochs;
    const rng = this.rng = seed === undefined ? globalRng() : new Rng(seed);
    const H = hiddenSize, V = this.characters.size;
    this.smoothedLoss = seqLength * Math.log(V);
    const made = (f: () => Tensor) => onHost(() => keep(f()));
    const small = (shape: number[]) => made(() => normal(shape, 0, 0.01, { rng }));
    this.#parameters = {
      Wxh: small([H, V]),
      Whh: small([H, H]),
      Why: small([V, H]),
      bh: made(() => zeros([H, 1])),
      by: made(() => zeros([V, 1])),
    };
    this.#h = made(() => zeros([1, H]));
  }

  /** The weights of the characters, `[H, V]`. */
  get Wxh(): Tensor {
    return this.#parameters.Wxh;
  }
  set Wxh(value: TensorLike) {
    this.#set("Wxh", value);
  }

  /** The weights of the state before, `[H, H]`. */
  get Whh(): Tensor {
    return this.#parameters.Whh;
  }
  set Whh(value: TensorLike) {
    this.#set("Whh", value);
  }

  /** The weights of the output, `[V, H]`. */
  get Why(): Tensor {
    return this.#parameters.Why;
  }
  set Why(value: TensorLike) {
    this.#set("Why", value);
  }

  /** The biases of the state, `[H, 1]`. */
  get bh(): Tensor {
    return this.#parameters.bh;
  }
  set bh(value: TensorLike) {
    this.#set("bh", value);
  }

  /** The biases of the output, `[V, 1]`. */
  get by(): Tensor {
    return this.#parameters.by;
  }
  set by(value: TensorLike) {
    this.#set("by", value);
  }

  /** The hidden state after the last window, `[H, 1]`: where the next one, and sampling, begin. */
  get h(): Tensor {
    return reshape(this.#h, [this.hiddenSize, 1]);
  }
  set h(value: TensorLike) {
    onHost(() => {
      const h = checkParameter("h", value, this.bh);
      this.#h.assign(reshape(h, [1, this.hiddenSize]));
    });
  }

  /** The number of characters that it knows. */
  get symbols(): number {
    return this.characters.size;
  }

  /** The number of windows in the corpus, each followed by at least one character. */
  get windows(): number {
    return Math.max(0, Math.floor((this.#corpus.length - 1) / this.seqLength));
  }

  /**
   * The loss of a window and its gradient, by backpropagation through time. Begins with the state `h`
   * and leaves there the state after the last step, so that the next window goes on from it; set `h`
   * to zeros to begin anew.
   *
   * @param x The characters, as a text or as numbers.
   * @param y The characters that follow each of them: `x` shifted by one.
   * @throws {DataError} if they are empty, or have characters that the network does not know.
   * @throws {ShapeError} if they are of different lengths.
   *
   * @example
   * ```ts
   * import { assertAlmostEquals, assertEquals } from "@std/assert";
   * import { CharRNN } from "@neurite/rnn";
   *
   * const rnn = new CharRNN("to be or not to be", { hiddenSize: 8, seqLength: 5, seed: 1 });
   * const { loss, gradients } = rnn.loss("to be", "o be ");
   * assertAlmostEquals(loss, 5 * Math.log(rnn.symbols), 0.01); // it can only guess
   * assertEquals(gradients.Whh.shape, [8, 8]);
   * ```
   */
  loss(x: string | ArrayLike<number>, y: string | ArrayLike<number>): CharRNNLoss {
    const inputs = checkSymbols("x", x, this.characters);
    const targets = checkSymbols("y", y, this.characters);
    if (inputs.length !== targets.length) {
      throw new ShapeError("compute the loss", "y must have a character for each of x", [
        [inputs.length],
        [targets.length],
      ]);
    }
    return onHost(() => {
      const { loss, gradients } = this.#loss(inputs, targets);
      return { loss, gradients };
    });
  }

  /**
   * Trains by stochastic gradient descent, `W ← W - η ∂L/∂W` after each window of the corpus, `epochs`
   * times through it. Called once more, it goes on: where it was stopped within an epoch, the first
   * epoch is the rest of that one. With `resume: true` it goes on with the same training, in which
   * `epochs` counts from its beginning, to the bit as if it had never been stopped; a network that was
   * saved between any two windows, for instance in `onIteration`, is loaded and does so, too.
   *
   * @throws {DivergedError} if the loss or its gradient becomes NaN or infinite; nothing is changed by
   * that window.
   * @throws {DataError} if the network was loaded without a corpus.
   * @throws {RangeError} for options that make no sense.
   * @throws {Error} if another call has not ended.
   */
  async fit(options: CharRNNFitOptions = {}): Promise<CharRNNHistory> {
    checkRate("train", this.learningRate);
    if (this.#training) {
      throw new Error(
        "Cannot train as one training must end before the next begins: current one is still running. " +
          "Await it",
      );
    }
    this.#training = true;
    try {
      return await train(this, (window) => this.#learn(window), options);
    } finally {
      this.#training = false;
    }
  }

  /**
   * Writes `n` characters: reads the seed text, from the state `h` on, and draws one character after
   * the other, each of which is read in turn. The state `h` stays what it was.
   *
   * @param seedText What comes before, at least one character; it is not part of the result.
   * @param n How many characters.
   * @throws {DataError} if the seed text is empty or has characters that the network does not know.
   * @throws {RangeError} for options that make no sense.
   */
  sample(seedText: string, n: number, options: SamplingOptions = {}): string {
    const seeds = checkSymbols("the seed text", seedText, this.characters);
    checkCount("sample", "the number of characters", n, 0);
    const next = sampler(options, this.symbols, this.rng), written: number[] = [];
    let { state, logits } = this.#read(this.begin(), seeds);
    while (written.length < n) {
      written.push(next(logits));
      if (written.length < n) ({ state, logits } = this.step(state, written.at(-1)!));
    }
    return this.characters.decode(written);
  }

  /** The same as {@linkcode CharRNN.sample}, character by character as they are drawn. */
  async *stream(
    seedText: string,
    n = Infinity,
    options: SamplingOptions = {},
  ): AsyncGenerator<string, void, undefined> {
    const seeds = checkSymbols("the seed text", seedText, this.characters);
    const rng = options.rng ?? this.rng;
    for await (const number of generate(this, seeds, n, { ...options, rng })) {
      yield this.characters.symbols[number];
    }
  }

  /** The state that sampling begins with: a copy of `h`. */
  begin(): Float32Array {
    return this.#h.dataSync() as Float32Array;
  }

  /** Reads a character: one step, whatever was read before. */
  step(state: Float32Array, symbol: number): Stepped<Float32Array> {
    return this.#read(state, Int32Array.of(symbol));
  }

  /** Saves the network, its characters and its generator as a safetensors file. */
  save<K extends BytesKind>(target: K): Promise<InstanceType<K>>;
  /** Saves the network where `target` says, as `saveModel` of `@neurite/nn` does. */
  save(target: FileTarget): Promise<void>;
  save(target: FileTarget | BytesKind): Promise<unknown> {
    return writeCharRNN(this, target as FileTarget);
  }

  /**
   * Reads a network that {@linkcode CharRNN.save} wrote. Without a corpus it can write, but not learn.
   *
   * @throws {DataError} if the file is not one of a CharRNN, or the corpus has other characters.
   */
  static load(source: FileSource, corpus = ""): Promise<CharRNN> {
    return readCharRNN(source, (options) => new CharRNN(corpus, options));
  }

  /**
   * Forward, from a state `[1, H]` on. Steps are counted from 1; `h[0]` is the state before them. A
   * vector is a row here, so that the steps lie one below the other: `W x` is `x Wᵀ`.
   */
  #forward(x: Int32Array, before: Tensor): Forward {
    const { Wxh, Whh, Why, bh, by } = this.#parameters, H = this.hiddenSize, T = x.length;
    const X = oneHot(this.#own(x), this.symbols), h = [before], WhhT = transpose(Whh);
    // For all steps at once, step t in row t: Wxh x_t + bh.
    const input = rows(matmul(X, Wxh, { transposeB: true, bias: reshape(bh, [H]) }));
    for (let t = 1; t <= T; t++) {
      // h_t = tanh(Wxh x_t + Whh h_{t-1} + bh)
      h[t] = matmul(h[t - 1], WhhT, { bias: input[t], activation: "tanh" });
    }
    // y_t = Why h_t + by
    const states = concat(h.slice(1));
    const Y = matmul(states, Why, { transposeB: true, bias: reshape(by, [this.symbols]) });
    return { X, h, states, Y };
  }

  /** Backward, through time: the gradient for a window of inputs `x` and targets `y`. */
  #loss(x: Int32Array, y: Int32Array): CharRNNLoss & Learnt {
    const { Whh, Why, bh, by } = this.#parameters, T = x.length;
    const { X, h, states, Y } = this.#forward(x, this.#h), targets = this.#own(y);

    // L = -Σ_t log p_t[y_t], for p_t = softmax(y_t)
    const loss = sum(softmaxCrossEntropy(targets, Y)).item();
    // ∂L/∂y_t = p_t, less 1 at the target
    const P = softmax(Y), dY = sub(P, oneHot(targets, this.symbols));
    const ofOutput = rows(matmul(dY, Why)), dz: Tensor[] = []; // Whyᵀ ∂L/∂y_t
    let delta = zeros([1, this.hiddenSize]); // after the last step nothing follows
    for (let t = T; t >= 1; t--) {
      const dh = add(ofOutput[t], delta); // ∂L/∂h_t = Whyᵀ ∂L/∂y_t + δ: all that comes later goes through h_t
      dz[t] = tanhGradient(dh, h[t]); //     ∂L/∂z_t = (1 - h_t²) ⊙ ∂L/∂h_t, for h_t = tanh(z_t)
      delta = matmul(dz[t], Whh); //         δ = Whhᵀ ∂L/∂z_t
    }
    const dZ = concat(dz.slice(1)), before = concat(h.slice(0, -1));
    const gradients = {
      Wxh: matmul(dZ, X, { transposeA: true }), //        ∂L/∂Wxh = Σ_t ∂L/∂z_t x_tᵀ
      Whh: matmul(dZ, before, { transposeA: true }), //   ∂L/∂Whh = Σ_t ∂L/∂z_t h_{t-1}ᵀ
      Why: matmul(dY, states, { transposeA: true }), //   ∂L/∂Why = Σ_t ∂L/∂y_t h_tᵀ
      bh: reshape(sum(dZ, { axis: 0 }), bh.shape), //     ∂L/∂bh = Σ_t ∂L/∂z_t
      by: reshape(sum(dY, { axis: 0 }), by.shape), //     ∂L/∂by = Σ_t ∂L/∂y_t
    };
    // A number that is not finite leaves no sum finite; an infinite one would be clipped. What goes
    // through softmax is bounded: ∂L/∂Why and ∂L/∂by are finite where the loss is.
    const fault = !Number.isFinite(loss)
      ? "in the outputs of the network"
      : [gradients.Wxh, gradients.Whh, gradients.bh].every((g) => Number.isFinite(sum(g).item()))
      ? undefined
      : "in its gradient";
    for (const name of NAMES) gradients[name] = clip(gradients[name], -CLIP, CLIP);
    if (fault === undefined) this.#h.assign(h[T]);
    return { loss, gradients, fault };
  }

  /** A step downhill on a window of the corpus, unless something is not finite. */
  #learn(window: number): Learnt {
    return onHost(() => {
      const begin = window * this.seqLength, end = begin + this.seqLength;
      const x = this.#corpus.subarray(begin, end), y = this.#corpus.subarray(begin + 1, end + 1);
      const { loss, gradients, fault } = this.#loss(x, y);
      if (fault !== undefined) return { loss, fault };
      // W ← W - η ∂L/∂W
      for (const name of NAMES) {
        sgdUpdate(this.#parameters[name], gradients[name], { rate: this.learningRate });
      }
      this.smoothedLoss = 0.99 * this.smoothedLoss + 0.01 * loss;
      return { loss };
    });
  }

  /** Reads characters; the logits are those after the last one. */
  #read(state: Float32Array, symbols: Int32Array): Stepped<Float32Array> {
    return onHost(() => {
      const { h, Y } = this.#forward(symbols, reshape(this.#own(state), [1, this.hiddenSize]));
      const logits = slice(Y, [symbols.length - 1], [1]).dataSync();
      return { state: h.at(-1)!.dataSync() as Float32Array, logits };
    });
  }

  /** Numbers as a tensor where the parameters are. */
  #own(values: Int32Array | Float32Array): Tensor {
    return asTensor(values, this.#h.backend);
  }

  #set(name: CharRNNParameter, value: TensorLike): void {
    const parameter = this.#parameters[name];
    onHost(() => parameter.assign(checkParameter(name, value, parameter)));
  }
}

/** What the forward pass leaves for the backward pass. */
interface Forward {
  /** The characters as one-hot rows, `[T, V]`. */
  readonly X: Tensor;
  /** The states by step, each `[1, H]`. */
  readonly h: Tensor[];
  /** The states from step 1 on as rows, `[T, H]`. */
  readonly states: Tensor;
  /** The outputs as rows, `[T, V]`. */
  readonly Y: Tensor;
}

const NAMES = ["Wxh", "Whh", "Why", "bh", "by"] as const;

/** The rows of a matrix as vectors, by step: counted from 1. */
function rows(matrix: Tensor): Tensor[] {
  const [count, width] = matrix.shape, flat = reshape(matrix, [count * width]), list: Tensor[] = [];
  for (let t = 1; t <= count; t++) list[t] = slice(flat, [(t - 1) * width], [width]);
  return list;
}
