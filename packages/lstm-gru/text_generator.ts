/**
 * A network that reads a text character by character and writes more of it. Longer than other files, as
 * each of the class's methods has its documentation and an example beside it.
 */
import {
  Adam,
  Callback,
  type CallContext,
  type FitOptions,
  type History,
  Input,
  type Known,
  layers,
  type Logs,
  Sequential,
} from "@neurite/nn";
import {
  Characters,
  generate,
  type ModelState,
  ModelStepper,
  sampler,
  type SamplingOptions,
  type Stepped,
  type Stepper,
} from "@neurite/rnn";
import {
  BackendError,
  DataError,
  globalRng,
  keep,
  Rng,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  tensor,
  tidy,
} from "@neurite/tensor";
import { checkCount, checkOptions, readTogether } from "@neurite/tensor/internal";
import {
  checkText,
  countWindows,
  type TextBatch,
  trackBatches,
  tracksOf,
  windowBatches,
} from "./text_batches.ts";
import {
  NETWORK_OPTIONS,
  networkOf,
  settingsOf,
  type TextNetworkOptions,
  type TextNetworkSettings,
} from "./text_network.ts";

/** The options of {@linkcode textGenerator}. */
export interface TextGeneratorOptions extends TextNetworkOptions {
  /** The share of the corpus, at its end, that is held out and measured after each epoch; 0 by default. */
  validationSplit?: number;
}

/** How {@linkcode TextGenerator.train} trains. */
export type TextTrainingOptions = Pick<
  FitOptions,
  "epochs" | "initialEpoch" | "callbacks" | "verbose" | "signal" | "resume"
>;

/** How well a text is predicted. */
export interface TextQuality {
  /** The mean cross-entropy of the characters, in nats. */
  loss: number;
  /** Among how many equally likely characters the network chooses, as it were: `exp(loss)`. */
  perplexity: number;
  /** How many characters were predicted. */
  characters: number;
}

/** The states of layers on the device. */
type States = NonNullable<CallContext["states"]>;

/** How far apart the places are where the orders of epochs begin in the stream of random numbers. */
const APART = 2 ** 32;

/** What a network knows of what it has read: the states of its layers, or the last characters. */
export type TextState = ModelState | Int32Array;

/**
 * A network that learns to write like a corpus: recurrent layers that read characters, and a dense
 * layer with softmax that says which may come next. See {@linkcode TextGenerator} for what it does.
 *
 * @throws {DataError} if the corpus is empty, or a part of it not longer than a window.
 * @throws {RangeError} for options that make no sense.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { textGenerator } from "@neurite/lstm-gru";
 *
 * const options = { cell: "gru" as const, hiddenSize: 32, seqLength: 10, batchSize: 8, seed: 1 };
 * const generator = textGenerator("hello world! ".repeat(60), options);
 * await generator.train({ epochs: 25, verbose: 0 });
 * assertEquals(generator.sample("hello", 8, { greedy: true }), " world! ");
 * assert(generator.evaluateText("hello world! hello").perplexity < 1.5);
 * ```
 */
export function textGenerator(corpus: string, options: TextGeneratorOptions = {}): TextGenerator {
  const known: Known<TextGeneratorOptions> = { ...NETWORK_OPTIONS, validationSplit: true };
  checkOptions("make a text generator", options, known);
  const { validationSplit, ...network } = options;
  if (typeof corpus !== "string" || corpus.length === 0) {
    throw new DataError(
      "Cannot make a text generator as the corpus must be a text of at least one character: current " +
        (corpus === "" ? "none" : typeof corpus),
      { expected: "1 or more", found: corpus === "" ? 0 : typeof corpus },
    );
  }
  const generator = new TextGenerator(Characters.of(corpus), network);
  generator.setCorpus(corpus, validationSplit);
  return generator;
}

/**
 * A network that reads characters and writes more of them. It is a `Sequential` model whose inputs are
 * the numbers of characters, `[time]`, so it is saved, loaded and printed as any other. One-hot
 * vectors are never made: the first layer takes rows of its kernel.
 *
 * It is sampled from with its state carried along: a character costs one step, however long the text.
 * With `predict: "next"` each character is read with the window before it, as in training, and costs
 * `seqLength` steps: states beyond that length are strange to such a network, and so are seed texts
 * shorter than a window.
 *
 * @example Save and load
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TextGenerator, textGenerator } from "@neurite/lstm-gru";
 * import { loadModel } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/generator.safetensors`;
 * const generator = textGenerator("to be or not to be ".repeat(9), { hiddenSize: 8, seed: 1 });
 * await generator.train({ epochs: 2, verbose: 0 });
 * await generator.save(path);
 *
 * const again = await loadModel(path) as TextGenerator;
 * const options = { seed: 2, temperature: 0.5 };
 * assertEquals(again.sample("to ", 20, options), generator.sample("to ", 20, options));
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class TextGenerator extends Sequential implements Stepper<TextState> {
  /** The characters it knows. */
  readonly characters: Characters;
  /** The characters of a window. */
  readonly seqLength: number;
  /** Windows in a step. */
  readonly batchSize: number;
  readonly #settings: TextNetworkSettings;
  readonly #stepper: ModelStepper;
  #training: Int32Array | undefined;
  #validation: Int32Array | undefined;

  /** A network for these characters; {@linkcode textGenerator} takes those of a corpus. */
  constructor(characters: Characters, options: TextNetworkOptions = {}) {
    // A seed is drawn where none is given: a training that is resumed needs the same one.
    const settings = settingsOf({ ...options, seed: options.seed ?? globalRng().integer(2 ** 32) });
    const { seed, name, predict, optimizer } = settings;
    super([new Input({ shape: [null] }), ...networkOf(characters.size, settings)], { seed, name });
    this.characters = characters;
    this.seqLength = settings.seqLength;
    this.batchSize = settings.batchSize;
    this.#settings = settings;
    this.compile({
      optimizer: optimizer ?? new Adam({ learningRate: predict === "all" ? 0.003 : 0.001 }),
      loss: "sparseCategoricalCrossentropy",
    });
    this.buildFor([[null]]);
    this.#stepper = new ModelStepper(this);
  }

  /** Examples are read from states of zeros on; what the layers keep for the training is left alone. */
  override evaluationContext(): CallContext {
    return { ...super.evaluationContext(), states: new Map() };
  }

  /** The number of characters that it knows. */
  get symbols(): number {
    return this.characters.size;
  }

  /**
   * Takes the text to learn from, and holds out a share of it, at its end.
   *
   * @throws {DataError} if a part is not longer than a window, or the text has characters that are not
   * known: the error shows them and where they stand.
   * @throws {RangeError} if the share is none.
   */
  setCorpus(corpus: string, validationSplit = 0): void {
    if (!(validationSplit >= 0 && validationSplit < 1)) {
      throw new RangeError(
        "Cannot hold out a part of the corpus as validationSplit must be at least 0 and below 1: " +
          `current ${validationSplit}`,
      );
    }
    const text = this.characters.encode(corpus);
    const border = Math.floor(text.length * (1 - validationSplit));
    checkText("the corpus", border, this.seqLength);
    if (validationSplit > 0) {
      checkText("the end of the corpus that is held out", text.length - border, this.seqLength);
    }
    this.#training = text.subarray(0, border);
    this.#validation = validationSplit > 0 ? text.subarray(border) : undefined;
  }

  /**
   * A piece of the corpus that it learns from, at a random place.
   *
   * @throws {DataError} if there is no corpus.
   * @throws {RangeError} if the length is none.
   */
  excerpt(length: number = this.seqLength, rng: Rng = this.rng): string {
    checkCount("take an excerpt", "the number of characters", length, 0);
    const text = this.#corpus("take an excerpt");
    const begin = rng.integer(Math.max(1, text.length - length + 1));
    return this.characters.decode(text.subarray(begin, begin + length));
  }

  #corpus(operation: string): Int32Array {
    if (this.#training !== undefined) return this.#training;
    throw new DataError(
      `Cannot ${operation} as there must be a corpus: current none. Give it by setCorpus`,
    );
  }

  /**
   * Trains on the corpus: `epochs` times through it, 1 by default. Losses are in nats a character;
   * what is held out is measured after each epoch, as `valLoss`.
   *
   * @throws {DataError} if there is no corpus.
   * @throws {DivergedError} if the loss becomes NaN or infinite.
   */
  async train(options: TextTrainingOptions = {}): Promise<History> {
    const text = this.#corpus("train"), validation = this.#validation, { callbacks = [] } = options;
    const measure = validation && new Validation(() => this.#measureAwaited(validation));
    const { seqLength, batchSize } = this, { predict } = this.#settings;
    const length = predict === "all"
      ? tracksOf(text, seqLength, batchSize).length / seqLength
      : countWindows(text, seqLength) / batchSize;
    try {
      const stream = Object.assign(() => this.#epoch(text), { batches: Math.ceil(length) });
      return await this.fit(stream, undefined, {
        ...options,
        callbacks: measure === undefined ? callbacks : [measure, ...callbacks],
      });
    } finally {
      // Stopped within an epoch, it goes on from its states with resume.
      if (this.progress.step === 0) this.resetStates();
    }
  }

  /** The batches of an epoch. */
  async *#epoch(text: Int32Array): AsyncGenerator<TextBatch, void, undefined> {
    if (this.progress.step === 0) this.resetStates();
    // Each epoch has an order of its own, found again where a training is resumed in the middle.
    const rng = new Rng(this.#settings.seed!);
    rng.take(this.progress.epoch * APART);
    yield* this.#batches(text, rng);
  }

  #batches(text: Int32Array, rng?: Rng): Iterable<TextBatch> {
    const { seqLength, batchSize } = this, count = countWindows(text, seqLength);
    if (this.#settings.predict === "all") {
      return trackBatches(text, tracksOf(text, seqLength, batchSize), seqLength);
    }
    const begins = rng?.permutation(count) ?? Int32Array.from({ length: count }, (_, i) => i);
    return windowBatches(text, seqLength, batchSize, begins);
  }

  /**
   * How well the network predicts a text. It is read as in training: in windows with the character
   * after each, or in up to `batchSize` tracks side by side, each from a state of zeros on; at the end
   * of the text, fewer characters than there are tracks may be left out.
   *
   * It is read at once: on a device that has to be awaited, hold a part of the corpus out by `validationSplit`.
   *
   * @throws {DataError} if the text is not longer than a window, or has characters that are not known.
   */
  evaluateText(text: string): TextQuality {
    const numbers = this.characters.encode(text);
    checkText("the text", numbers.length, this.seqLength);
    const { losses, characters } = this.#losses(numbers);
    try {
      return quality(losses.map((loss) => loss.item()), characters);
    } finally {
      for (const loss of losses) loss.dispose();
    }
  }

  async #measureAwaited(text: Int32Array): Promise<TextQuality> {
    const { losses, characters } = this.#losses(text);
    try {
      return quality((await readTogether(losses)).map((loss) => loss[0]), characters);
    } finally {
      for (const loss of losses) loss.dispose();
    }
  }

  /** The sum of the losses of each batch of a text, and the number of its characters. */
  #losses(text: Int32Array): { losses: Tensor[]; characters: number } {
    const losses: Tensor[] = [];
    let characters = 0, states: States = new Map();
    for (const { x, y } of this.#batches(text)) {
      const before = states;
      states = tidy(() => {
        // In tracks, each batch goes on where the one before it ended; states that layers keep for
        // the training are left alone.
        const context = this.evaluationContext();
        if (this.#settings.predict === "all") before.forEach((h, l) => context.states!.set(l, h));
        const z = this.callBeforeActivation([tensor(x)], context);
        losses.push(keep(sum(softmaxCrossEntropy(tensor(y), z))));
        return context.states!;
      });
      for (const tensor of [...before.values()].flat()) tensor.dispose();
      characters += y.size;
    }
    for (const tensor of [...states.values()].flat()) tensor.dispose();
    return { losses, characters };
  }

  /**
   * Writes `n` characters: reads the seed text, then draws one character after the other, each of
   * which is read in turn.
   *
   * @param seedText What comes before, at least one character; it is not part of the result.
   * @param n How many characters.
   * @throws {DataError} if the seed text is empty or has characters that are not known.
   * @throws {RangeError} for options that make no sense, such as a temperature of 0, and where weights
   * are not numbers.
   * @throws {BackendError} on a device that has to be awaited: there {@linkcode TextGenerator.stream} is
   * read.
   */
  sample(seedText: string, n: number, options: SamplingOptions = {}): string {
    checkCount("sample", "the number of characters", n, 0);
    const next = sampler(options, this.symbols, this.rng), written: number[] = [];
    let state = this.begin(), logits: ArrayLike<number> = [];
    for (const seed of this.#seeds(seedText)) ({ state, logits } = this.#stepAtOnce(state, seed));
    while (written.length < n) {
      written.push(next(logits));
      if (written.length < n) ({ state, logits } = this.#stepAtOnce(state, written.at(-1)!));
    }
    return this.characters.decode(written);
  }

  /** The same as {@linkcode TextGenerator.sample}, character by character as they are drawn. */
  async *stream(
    seedText: string,
    n = Infinity,
    options: SamplingOptions = {},
  ): AsyncGenerator<string, void, undefined> {
    const seeds = this.#seeds(seedText);
    const rng = options.rng ?? this.rng;
    for await (const number of generate(this, seeds, n, { ...options, rng })) {
      yield this.characters.symbols[number];
    }
  }

  #seeds(seedText: string): Int32Array {
    const seeds = this.characters.encode(seedText);
    if (seeds.length > 0) return seeds;
    throw new DataError(
      "Cannot sample as the seed text must hold at least one character: current none",
      { expected: "1 or more", found: 0 },
    );
  }

  /** What is known before the first character: states of zeros, or an empty window. */
  begin(): TextState {
    return this.#settings.predict === "next" ? new Int32Array() : this.#stepper.begin();
  }

  /** Reads a character: one step, whatever was read before, or a window of which it is the last. */
  step(state: TextState, symbol: number): Stepped<TextState> | Promise<Stepped<TextState>> {
    if (!(state instanceof Int32Array)) return this.#stepper.step(state, symbol);
    const window = Int32Array.of(...state.subarray(1 - this.seqLength), symbol);
    const z = tidy(() => {
      const x = tensor(window, { shape: [1, window.length] });
      return this.callBeforeActivation([x], { training: false, rng: this.rng });
    });
    const stepped = (logits: ArrayLike<number>) => ({ state: window, logits });
    if (!z.backend.synchronous) return z.data().then(stepped).finally(() => z.dispose());
    const logits = z.dataSync();
    z.dispose();
    return stepped(logits);
  }

  #stepAtOnce(state: TextState, symbol: number): Stepped<TextState> {
    const { backend } = this.weights[0].value;
    if (backend.synchronous) return this.step(state, symbol) as Stepped<TextState>;
    throw new BackendError(
      `Cannot sample at once as the network's backend has to be awaited: current "${backend.name}". ` +
        "Read stream(), or move to wasm",
    );
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { optimizer: _, ...options } = this.#settings;
    const frozen = this.layers.flatMap(({ trainable }, i) => trainable ? [] : [i]);
    return {
      ...options,
      codePoints: this.characters.codePoints,
      ...(frozen.length > 0 && { frozen }),
    };
  }

  /** Makes a network, with new weights, of what `getConfig` gave. */
  static override fromConfig(
    { codePoints, frozen = [], ...options }: Record<string, unknown>,
  ): TextGenerator {
    const made = new TextGenerator(Characters.fromCodePoints(codePoints as number[]), options);
    for (const i of frozen as number[]) made.layers[i].trainable = false;
    return made;
  }
}

layers.register({ TextGenerator });

/** The means of losses that were summed batch by batch. */
function quality(losses: readonly number[], characters: number): TextQuality {
  const loss = losses.reduce((total, loss) => total + loss, 0) / characters;
  return { loss, perplexity: Math.exp(loss), characters };
}

/** Measures what is held out after each epoch. */
class Validation extends Callback {
  readonly #measure: () => Promise<TextQuality>;

  constructor(measure: () => Promise<TextQuality>) {
    super();
    this.#measure = measure;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    logs.valLoss = (await this.#measure()).loss;
    this.model.history?.add(epoch, { valLoss: logs.valLoss });
  }
}
