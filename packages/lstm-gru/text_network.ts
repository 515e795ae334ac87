/** The layers of a network that reads text. */
import { Dense, type Known, type Layer, type Optimizer } from "@neurite/nn";
import { Embedding, type RecurrentLayer, type RecurrentOptions, SimpleRNN } from "@neurite/rnn";
import { checkCount, checkOneOf } from "@neurite/tensor/internal";
import { GRU } from "./gru.ts";
import { LSTM } from "./lstm.ts";

/** The layer for each kind of cell. */
const CELLS = {
  lstm: (units: number, options: RecurrentOptions): RecurrentLayer => new LSTM(units, options),
  gru: (units: number, options: RecurrentOptions): RecurrentLayer => new GRU(units, options),
  rnn: (units: number, options: RecurrentOptions): RecurrentLayer => new SimpleRNN(units, options),
};

/** The kinds of cells: long short-term memory, gated recurrent units, simple recurrent units. */
export type TextCell = "lstm" | "gru" | "rnn";

/** What kind of network a `TextGenerator` is. */
export interface TextNetworkOptions {
  /** The cell; `"lstm"` by default. */
  cell?: TextCell;
  /** The size of the hidden state of each layer; 128 by default. */
  hiddenSize?: number;
  /** Recurrent layers, one above the other; 1 by default. */
  layers?: number;
  /** The characters of a window: how far errors go back; 40 by default. */
  seqLength?: number;
  /**
   * - `"all"`, by default: the characters after each of the window's are predicted. The text is read
   *   in tracks side by side, and each window goes on with the state that the one before it left:
   *   truncated backpropagation through time. A step learns from every character that it reads.
   * - `"next"`: the one character after a window is predicted, from the window alone, as the chapter
   *   does. There are as many windows as characters, in random order, each read from its first
   *   character on.
   */
  predict?: "all" | "next";
  /** How many numbers, learnt, stand for a character; without it, characters are one-hot vectors. */
  embedding?: number;
  /** The share of what goes into a recurrent layer that is dropped in training; 0 by default. */
  dropout?: number;
  /** Windows in a step; 256 by default with `predict: "next"`, else 64. Short texts have fewer. */
  batchSize?: number;
  /** How it learns; by default Adam with a rate of 0.001, or of 0.003 where all are predicted. */
  optimizer?: Optimizer;
  /** The seed of initial values, of the order of windows, and of sampling. */
  seed?: number;
  /** The name; `text_generator` by default. */
  name?: string;
}

/** The names of these options. */
export const NETWORK_OPTIONS: Known<TextNetworkOptions> = {
  cell: true,
  hiddenSize: true,
  layers: true,
  seqLength: true,
  predict: true,
  embedding: true,
  dropout: true,
  batchSize: true,
  optimizer: true,
  seed: true,
  name: true,
};

/** The options with what they are by default, but for those that may be left out. */
export type TextNetworkSettings =
  & TextNetworkOptions
  & Required<
    Pick<
      TextNetworkOptions,
      "cell" | "hiddenSize" | "layers" | "seqLength" | "predict" | "batchSize" | "name"
    >
  >;

/** Fills in what is left out; throws `RangeError` for options that make no sense. */
export function settingsOf(options: TextNetworkOptions): TextNetworkSettings {
  const { predict = "all", cell = "lstm", name = "text_generator" } = options;
  const { hiddenSize = 128, layers = 1, seqLength = 40 } = options;
  const { batchSize = predict === "all" ? 64 : 256 } = options;
  checkOneOf("make a text generator", "predict", predict, ["all", "next"]);
  checkOneOf("make a text generator", "cell", cell, Object.keys(CELLS));
  const chosen = { predict, cell, hiddenSize, layers, seqLength, batchSize, name };
  const settings = { ...options, ...chosen };
  for (const name of ["hiddenSize", "layers", "seqLength", "batchSize"] as const) {
    checkCount("make a text generator", name, settings[name]);
  }
  return settings;
}

/** The layers of a network for so many characters. */
export function networkOf(
  characters: number,
  { cell, hiddenSize, layers: count, predict, embedding, dropout }: TextNetworkSettings,
): Layer[] {
  const all = predict === "all";
  const recurrent = Array.from({ length: count }, (_, i) =>
    CELLS[cell](hiddenSize, {
      oneHot: i === 0 && embedding === undefined ? characters : undefined,
      returnSequences: all || i + 1 < count,
      stateful: all,
      dropout,
    }));
  const before = embedding === undefined ? [] : [new Embedding(characters, embedding)];
  const dense = new Dense(characters, { activation: "softmax" });
  return [...before, ...recurrent, dense];
}
