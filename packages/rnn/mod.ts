/**
 * Recurrent networks: the chapter's character model by hand, layers that read sequences, and ways to
 * sample from them.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { CharRNN } from "@neurite/rnn";
 *
 * const options = { hiddenSize: 16, seqLength: 8, learningRate: 0.1, epochs: 10, seed: 1 };
 * const rnn = new CharRNN("to be or not to be, ".repeat(20), options);
 * const { loss } = await rnn.fit();
 * assert(loss.at(-1)! < loss[0]);
 * console.log(rnn.sample("to", 40, { temperature: 0.5 }));
 * ```
 *
 * @module
 */
export {
  CharRNN,
  type CharRNNLoss,
  type CharRNNOptions,
  type CharRNNParameter,
} from "./char_rnn.ts";
export type {
  CharRNNFitOptions,
  CharRNNHistory,
  CharRNNPlace,
  CharRNNProgress,
} from "./char_rnn_fit.ts";
export { Characters } from "./characters.ts";
export * from "./layers/mod.ts";
export {
  RecurrentLayer,
  type RecurrentOptions,
  type SequenceCall,
  type SequenceResult,
} from "./recurrent_layer.ts";
export * from "./sampling/mod.ts";
