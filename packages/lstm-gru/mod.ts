/**
 * Recurrent networks with gates: long short-term memory, gated recurrent units, and a generator of
 * texts made of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GRU, LSTM } from "@neurite/lstm-gru";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new LSTM(32, { returnSequences: true, inputShape: [40, 38] }),
 *   new GRU(16),
 *   new Dense(38, { activation: "softmax" }),
 * ], { seed: 1 });
 * assertEquals(model.outputs[0].shape, [38]);
 * ```
 *
 * @module
 */
export { GRU, type GRUOptions } from "./gru.ts";
export { GRUCell, type GruCellWeights } from "./gru_cell.ts";
export { gatedLayers } from "./layers.ts";
export { LSTM, type LSTMOptions } from "./lstm.ts";
export { LSTMCell, type LstmCellWeights, type LstmState } from "./lstm_cell.ts";
export { fromTorch, type TorchOptions, type TorchParameters, toTorch } from "./torch.ts";
export { SampleCallback, type SampleCallbackOptions } from "./sample_callback.ts";
export {
  TextGenerator,
  textGenerator,
  type TextGeneratorOptions,
  type TextQuality,
  type TextState,
  type TextTrainingOptions,
} from "./text_generator.ts";
export type { TextCell, TextNetworkOptions } from "./text_network.ts";
