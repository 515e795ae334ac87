/** Layers for sequences. */
export { Bidirectional, type BidirectionalOptions, type MergeMode } from "./bidirectional.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { Masking, type MaskingOptions } from "./masking.ts";
export { SimpleRNN, type SimpleRNNOptions } from "./simple_rnn.ts";
export { StackedRNN } from "./stacked_rnn.ts";
export { TimeDistributed } from "./time_distributed.ts";
export { Wrapper } from "./wrapper.ts";
