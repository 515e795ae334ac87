/** A look at what a text generator writes, after each epoch. */
import { Callback } from "@neurite/nn";
import type { SamplingOptions } from "@neurite/rnn";
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

/**
 * Shows what a {@linkcode TextGenerator} writes after each epoch: the text before, and so many
 * characters that it goes on with.
 *
 * @throws {TypeError} when the training begins, if the model is another one.
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

  /** Takes the options. */
  constructor(options: SampleCallbackOptions = {}) {
    super();
    this.#options = options;
  }

  /** Refuses other models. */
  override onTrainBegin(): void {
    if (this.model instanceof TextGenerator) return;
    throw new TypeError(
      `Cannot show a sample as the model must be a TextGenerator: current ${this.model.className}`,
    );
  }

  /** Writes and shows. */
  override onEpochEnd(epoch: number): void {
    const generator = this.model as TextGenerator;
    const { length = 200, seedText, print = console.log, ...sampling } = this.#options;
    const before = seedText ?? generator.excerpt();
    const text = generator.sample(before, length, sampling);
    print(`after epoch ${epoch + 1}, ${JSON.stringify(before)} goes on:\n${text}\n`);
  }
}
