/** A look at what a text generator writes, after each epoch. */
import { Callback, type Known } from "@neurite/nn";
import { sampler, type SamplingOptions } from "@neurite/rnn";
import { Rng } from "@neurite/tensor";
import { checkOptions, printable } from "@neurite/tensor/internal";
import { TextGenerator } from "./text_generator.ts";

/** The options of {@linkcode SampleCallback}. */
export interface SampleCallbackOptions extends SamplingOptions {
  /** How many characters are written; 200 by default. */
  length?: number;
  /** What they follow; by default a window of the corpus, at another place each time. */
  seedText?: string;
  /** What is given the text; `console.log` by default. */
  print?: (text: string) => void;
}

const OPTIONS: Known<SampleCallbackOptions> = {
  length: true,
  seedText: true,
  print: true,
  greedy: true,
  temperature: true,
  topK: true,
  topP: true,
  seed: true,
  rng: true,
};

/**
 * Shows what a {@linkcode TextGenerator} writes after each epoch: the text before, and so many
 * characters that it goes on with; what a terminal would obey is written as escapes. It draws from a
 * random generator of its own, with the seed 0 unless a seed or a generator is given, so that the
 * training is the same without it.
 *
 * @throws {TypeError} when the training begins, if the model is another one.
 * @throws {RangeError} then, for options that make no sense, such as a temperature of 0.
 * @throws {DataError} then, if the seed text is empty or has characters that are not known.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { SampleCallback, textGenerator } from "@neurite/lstm-gru";
 *
 * const generator = textGenerator("to be or not to be ".repeat(9), { hiddenSize: 8, seed: 1 });
 * const shown: string[] = [];
 * const callback = new SampleCallback({ seedText: "to", print: (text) => shown.push(text) });
 * await generator.train({ epochs: 2, callbacks: [callback], verbose: 0 });
 * assertEquals(shown.length, 2);
 * assertStringIncludes(shown[1], 'after epoch 2, "to" goes on:');
 * ```
 */
export class SampleCallback extends Callback {
  readonly #options: SampleCallbackOptions;
  readonly #rng: Rng;

  /** Takes the options. */
  constructor(options: SampleCallbackOptions = {}) {
    super();
    checkOptions("make a SampleCallback", options, OPTIONS);
    this.#options = options;
    this.#rng = options.rng ?? new Rng(options.seed ?? 0);
  }

  /** Refuses other models and bad options before the first epoch, not after it. */
  override onTrainBegin(): void {
    if (!(this.model instanceof TextGenerator)) {
      throw new TypeError(
        `Cannot show a sample as the model must be a TextGenerator: current ${this.model.className}`,
      );
    }
    const { length, seedText, sampling } = this.#settings();
    this.model.excerpt(length, new Rng(0));
    sampler(sampling, this.model.symbols);
    if (seedText !== undefined) this.model.sample(seedText, 0, sampling);
  }

  /** Writes and shows. */
  override onEpochEnd(epoch: number): void {
    const generator = this.model as TextGenerator;
    const { length, seedText, print, sampling } = this.#settings();
    const before = seedText ?? generator.excerpt(undefined, this.#rng);
    const text = generator.sample(before, length, sampling);
    const shown = printable(`${JSON.stringify(before)} goes on:\n${text}`, Infinity, true);
    print(`after epoch ${epoch + 1}, ${shown}\n`);
  }

  #settings() {
    const { length = 200, seedText, print = console.log, seed: _, ...sampling } = this.#options;
    return { length, seedText, print, sampling: { ...sampling, rng: this.#rng } };
  }
}
