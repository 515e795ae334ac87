/** Layers for sequences. */
import { layers } from "@neurite/nn";
import { Bidirectional, type BidirectionalOptions, type MergeMode } from "./bidirectional.ts";
import { Embedding, type EmbeddingOptions } from "./embedding.ts";
import { Masking, type MaskingOptions } from "./masking.ts";
import { SimpleRNN, type SimpleRNNOptions } from "./simple_rnn.ts";
import { StackedRNN } from "./stacked_rnn.ts";
import { TimeDistributed } from "./time_distributed.ts";

/** The layers of this package by name. */
export const rnnLayers = {
  Bidirectional,
  Embedding,
  Masking,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
};
layers.register(rnnLayers);

export {
  Bidirectional,
  type BidirectionalOptions,
  Embedding,
  type EmbeddingOptions,
  Masking,
  type MaskingOptions,
  type MergeMode,
  SimpleRNN,
  type SimpleRNNOptions,
  StackedRNN,
  TimeDistributed,
};
