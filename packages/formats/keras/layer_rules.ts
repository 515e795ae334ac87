/**
 * What the layers of Keras are here. Their names and options are the same but for their case; a rule says
 * what is not: options that Keras has and we do not, and the values of them as which our layers work.
 */
import { cnnLayers } from "@neurite/cnn";
import { imageLayers } from "@neurite/images";
import { gatedLayers } from "@neurite/lstm-gru";
import { coreLayers } from "@neurite/nn";
import { regularizationLayers } from "@neurite/regularization";
import { rnnLayers } from "@neurite/rnn";
import { isKerasConfig, isRecord } from "./words.ts";

/** Options as Keras has them. */
export type KerasOptions = Readonly<Record<string, unknown>>;

/** How a layer of Keras is a layer of ours. */
export interface LayerRule {
  /** The name of our class. */
  readonly className: string;
  /** Our names of options that differ by more than case. */
  readonly names?: Readonly<Record<string, string>>;
  /** Options that we have none for, with the values as which our layer works; the first one is written. */
  readonly fixed?: Readonly<Record<string, readonly unknown[]>>;
  /** Options that change no result. */
  readonly ignored?: readonly string[];
  /** Options that Keras has none for, with the values as which its layer works. */
  readonly ours?: Readonly<Record<string, readonly unknown[]>>;
  /** Brings options of Keras to a form that is like ours. */
  readonly read?: (options: KerasOptions) => KerasOptions;
  /** What is wrong with the options, for a layer that is ours as some of their values say. */
  readonly fault?: (options: KerasOptions) => string | undefined;
}

/** Options of every layer that change no result, or not that of this layer. */
export const IGNORED: readonly string[] = ["autocast", "dtype", "input_dtype", "seed"];

/** Options of many layers with the values as which ours work. */
export const FIXED: Readonly<Record<string, readonly unknown[]>> = {
  activity_regularizer: [null],
  data_format: ["channels_last", null],
  quantization_config: [null],
};

const RECURRENT = {
  ignored: ["implementation", "unroll", "use_cudnn"],
  ours: { oneHot: [undefined] },
};
const GATED = {
  ...RECURRENT,
  fixed: {
    activation: ["tanh"],
    recurrent_activation: ["sigmoid"],
    time_major: [false],
    zero_output_for_mask: [false],
  },
};

/** Sequences whose masked steps come out as zeros, as ours do where both directions are read. */
function withZeros(layer: unknown): unknown {
  if (!isKerasConfig(layer)) return layer;
  const { zero_output_for_mask: _, ...config } = layer.config;
  return { ...layer, config };
}

/** What differs of layers that have the same name here. */
const DIFFERENCES: Readonly<Record<string, Omit<LayerRule, "className">>> = {
  BatchNormalization: {
    fixed: { synchronized: [false], renorm: [false], virtual_batch_size: [null] },
    ignored: ["fused", "renorm_clipping", "renorm_momentum"],
    read: ({ axis, ...options }) => ({ ...options, axis: Array.isArray(axis) ? axis[0] : axis }),
  },
  Bidirectional: {
    read: ({ layer, backward_layer, ...options }) => ({
      ...options,
      layer: withZeros(layer),
      ...(backward_layer !== undefined && { backward_layer: withZeros(backward_layer) }),
    }),
  },
  Conv2D: { ignored: ["rank"] },
  Conv2DTranspose: { ignored: ["rank"] },
  DepthwiseConv2D: { ignored: ["rank"] },
  Embedding: { ignored: ["input_length"], fixed: { sparse: [false] } },
  GlobalAveragePooling2D: { names: { keepdims: "keepDims" } },
  GlobalMaxPooling2D: { names: { keepdims: "keepDims" } },
  // Before there was the option, there was only the textbook's order.
  GRU: { ...GATED, read: (options) => ({ reset_after: false, ...options }) },
  LayerNormalization: { fixed: { rms_scaling: [false] } },
  LSTM: GATED,
  RandomCrop: { ours: { padding: [[0, 0]], fillMode: ["constant"], fillValue: [0] } },
  SeparableConv2D: { ignored: ["rank"] },
  SimpleRNN: {
    ...RECURRENT,
    fixed: { time_major: [false], zero_output_for_mask: [false] },
  },
  SpatialDropout2D: { fixed: { noise_shape: [null] } },
};

/** Those of our layers that Keras has none for. */
const OURS_ALONE: readonly string[] = ["LocalResponseNormalization", "StackedRNN"];

/** The layers that both have. */
const ALIKE = Object.keys({
  ...coreLayers,
  ...cnnLayers,
  ...regularizationLayers,
  ...imageLayers,
  ...gatedLayers,
  ...rnnLayers,
}).filter((name) => !OURS_ALONE.includes(name));

/** A layer that is an activation, if its options have certain values. */
const activation = (
  nameOf: (options: KerasOptions) => string | undefined,
  needs: string,
): LayerRule => ({
  className: "Activation",
  read: ({ name, trainable, batch_input_shape, batch_shape, ...options }) => ({
    name,
    trainable,
    batch_input_shape,
    batch_shape,
    activation: nameOf(options) ?? "linear",
  }),
  fault: (options) => nameOf(options) === undefined ? `it must have ${needs}` : undefined,
});

/** Other layers of Keras that are some layer of ours. */
const OTHERS: Readonly<Record<string, LayerRule>> = {
  ELU: activation(({ alpha = 1 }) => alpha === 1 ? "elu" : undefined, "alpha 1"),
  Identity: activation(() => "linear", ""),
  LeakyReLU: activation(
    ({ negative_slope, alpha }) => (negative_slope ?? alpha) === 0.2 ? "leaky_relu" : undefined,
    "negative_slope 0.2",
  ),
  ReLU: activation(({ max_value, negative_slope, threshold }) => {
    if (negative_slope || threshold) return undefined;
    if (max_value === 6) return "relu6";
    return max_value === null || max_value === undefined ? "relu" : undefined;
  }, "max_value 6 or none, negative_slope 0 and threshold 0"),
  Softmax: activation(({ axis = -1 }) => axis === -1 ? "softmax" : undefined, "axis -1"),
  RNN: { className: "StackedRNN", read: ofCells },
};

/** The layers of Keras that are read, by their names there. */
export const LAYER_RULES: ReadonlyMap<string, LayerRule> = new Map([
  ...ALIKE.map((name): [string, LayerRule] => [name, { className: name, ...DIFFERENCES[name] }]),
  ...Object.entries(OTHERS),
]);

/**
 * `RNN` with a cell, or several one upon the other, as the layers that have these cells. What the layer
 * says of sequences and states, the last of them says here; all others give sequences.
 */
function ofCells(
  { cell, name, trainable, batch_input_shape, ...options }: KerasOptions,
): KerasOptions {
  const cells = isKerasConfig(cell) && Array.isArray(cell.config.cells)
    ? cell.config.cells
    : [cell];
  const stack = cells.map((one, i) => {
    if (!isKerasConfig(one)) return one;
    const outer = i + 1 === cells.length ? options : { ...options, return_sequences: true };
    const config = { ...outer, ...one.config };
    return { class_name: one.class_name.replace(/Cell$/, ""), config };
  });
  return { name, trainable, batch_input_shape, layers: stack };
}

/** Whether two values of JSON are equal. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isRecord(a) || Array.isArray(a)) return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}
