/** An example of every layer that exists, for the tests that go over all of them. */
import { Autoencoder, type autoencoderLayers } from "@neurite/autoencoders";
import { type classicLayers, PaddedShortcut, TransformInput } from "@neurite/classic-archs";
import {
  AdaptiveAveragePooling2D,
  AveragePooling2D,
  type cnnLayers,
  Conv2D,
  Conv2DTranspose,
  DepthwiseConv2D,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  LocalResponseNormalization,
  MaxPooling2D,
  SeparableConv2D,
  UpSampling2D,
  ZeroPadding2D,
} from "@neurite/cnn";
import {
  type imageLayers,
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  Rescaling,
} from "@neurite/images";
import { type gatedLayers, GRU, LSTM } from "@neurite/lstm-gru";
import {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  type coreLayers,
  Dense,
  Flatten,
  Input,
  type Layer,
  LayerNormalization,
  Normalization,
  Reshape,
  Sequential,
} from "@neurite/nn";
import {
  Dropout,
  GaussianNoise,
  l2,
  maxNorm,
  type regularizationLayers,
  SpatialDropout2D,
} from "@neurite/regularization";
import {
  Bidirectional,
  Embedding,
  Masking,
  type rnnLayers,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
} from "@neurite/rnn";

/** A layer, and what is to be expected of it. */
export interface LayerCase {
  /** A layer whose options are none of the defaults where there are some. */
  readonly make: () => Layer;
  /** The shape of an example, or of one for each input. */
  readonly shape: readonly number[];
  /** How many inputs of this shape it takes; 1 by default. */
  readonly inputs?: number;
  /** Inputs are the numbers of so many symbols. */
  readonly symbols?: number;
  /** Whether a mask of its inputs, sequences, is that of its result; not asked for images and vectors. */
  readonly mask?: "kept" | "dropped" | "its own";
  /** What training does that prediction does not. */
  readonly training?: "random" | "statistics";
}

/** The names of all layers of all packages: one without a case is found by the type check. */
export type LayerName =
  | keyof typeof coreLayers
  | keyof typeof cnnLayers
  | keyof typeof imageLayers
  | keyof typeof rnnLayers
  | keyof typeof gatedLayers
  | keyof typeof regularizationLayers
  | keyof typeof autoencoderLayers
  | keyof typeof classicLayers;

const vector = [4], sequence = [3, 4], image = [4, 6, 2];
const SEQUENCE = [[1, 2, -3, 0.5], [0, 4, 0.25, -1], [2, 2, 8, 0.125]];
const regular = () => ({
  kernelRegularizer: l2(0.1),
  kernelConstraint: maxNorm(3),
  trainable: true,
});
const rnn = () => new SimpleRNN(2, { returnSequences: true });
const dense = (units: number, inputs: number) =>
  new Sequential([new Input({ shape: [inputs] }), new Dense(units, { activation: "tanh" })]);

/** A case for every layer. */
export const LAYER_CASES: Readonly<Record<LayerName, LayerCase>> = {
  Activation: { make: () => new Activation("tanh"), shape: sequence, mask: "kept" },
  AdaptiveAveragePooling2D: { make: () => new AdaptiveAveragePooling2D([3, 4]), shape: image },
  Add: { make: () => new Add(), shape: sequence, inputs: 3, mask: "kept" },
  Autoencoder: { make: () => new Autoencoder(dense(2, 4), dense(4, 2)), shape: vector },
  AveragePooling2D: {
    make: () => new AveragePooling2D([2, 3], { strides: 1, padding: "same" }),
    shape: image,
  },
  BatchNormalization: {
    make: () => new BatchNormalization({ momentum: 0.5, epsilon: 0.1, gammaRegularizer: l2(0.1) }),
    shape: sequence,
    mask: "kept",
    training: "statistics",
  },
  Bidirectional: {
    make: () => new Bidirectional(rnn(), { mergeMode: "sum" }),
    shape: sequence,
    mask: "kept",
  },
  Concatenate: {
    make: () => new Concatenate({ axis: -1 }),
    shape: sequence,
    inputs: 2,
    mask: "kept",
  },
  Conv2D: {
    make: () =>
      new Conv2D(4, [3, 2], { ...regular(), groups: 2, padding: "same", activation: "tanh" }),
    shape: image,
  },
  Conv2DTranspose: {
    make: () => new Conv2DTranspose(3, 2, { strides: 2, outputPadding: 1, useBias: false }),
    shape: image,
  },
  Dense: {
    make: () => new Dense(3, { ...regular(), activation: "sigmoid", biasInitializer: "ones" }),
    shape: sequence,
    mask: "kept",
  },
  DepthwiseConv2D: {
    make: () =>
      new DepthwiseConv2D(2, { depthMultiplier: 3, depthwiseRegularizer: l2(0.2), strides: 2 }),
    shape: image,
  },
  Dropout: {
    make: () => new Dropout(0.4, { noiseShape: [null, 1, null] }),
    shape: sequence,
    mask: "kept",
    training: "random",
  },
  Embedding: {
    make: () => new Embedding(5, 2, { maskZero: true, embeddingsInitializer: "heNormal" }),
    shape: [3],
    symbols: 5,
  },
  Flatten: { make: () => new Flatten(), shape: sequence, mask: "dropped" },
  GaussianNoise: {
    make: () => new GaussianNoise(0.3),
    shape: sequence,
    mask: "kept",
    training: "random",
  },
  GlobalAveragePooling2D: {
    make: () => new GlobalAveragePooling2D({ keepDims: true }),
    shape: image,
  },
  GlobalMaxPooling2D: { make: () => new GlobalMaxPooling2D({ keepDims: true }), shape: image },
  GRU: {
    make: () => new GRU(2, { returnSequences: true, resetAfter: false, goBackwards: true }),
    shape: sequence,
    mask: "its own",
  },
  LayerNormalization: {
    make: () => new LayerNormalization({ axis: [1, 2], epsilon: 0.1, betaInitializer: "ones" }),
    shape: sequence,
    mask: "kept",
  },
  LocalResponseNormalization: {
    make: () => new LocalResponseNormalization({ depthRadius: 1, alpha: 0.5 }),
    shape: image,
  },
  LSTM: {
    make: () => new LSTM(2, { returnSequences: true, unitForgetBias: false }),
    shape: sequence,
    mask: "kept",
  },
  Masking: { make: () => new Masking({ maskValue: 1 }), shape: sequence, mask: "its own" },
  MaxPooling2D: { make: () => new MaxPooling2D(2, { strides: [1, 2] }), shape: image },
  Normalization: {
    make: () => {
      const layer = new Normalization({ axis: [1, 2], invert: true });
      layer.adapt([SEQUENCE, SEQUENCE.map((step) => step.map((v) => 1 - 2 * v))]);
      return layer;
    },
    shape: sequence,
    mask: "kept",
  },
  PaddedShortcut: { make: () => new PaddedShortcut(5, { strides: 2 }), shape: image },
  TransformInput: { make: () => new TransformInput(), shape: [4, 4, 3] },
  RandomContrast: {
    make: () => new RandomContrast([0.5, 0.75], { valueRange: [-2, 2] }),
    shape: image,
    training: "random",
  },
  RandomCrop: {
    make: () => new RandomCrop(3, 5, { padding: [1, 2], fillMode: "nearest" }),
    shape: image,
    training: "random",
  },
  RandomFlip: { make: () => new RandomFlip("horizontal"), shape: image, training: "random" },
  RandomRotation: {
    make: () => new RandomRotation([0, 0.3], { fillMode: "constant", fillValue: 0.5 }),
    shape: image,
    training: "random",
  },
  RandomTranslation: {
    make: () => new RandomTranslation(0.3, [-0.4, 0.2], { fillMode: "wrap" }),
    shape: image,
    training: "random",
  },
  RandomZoom: {
    make: () => new RandomZoom(0.3, { widthFactor: [-0.5, 0], interpolation: "nearest" }),
    shape: image,
    training: "random",
  },
  Rescaling: { make: () => new Rescaling(2, -1), shape: sequence, mask: "kept" },
  Reshape: { make: () => new Reshape([3, -1]), shape: sequence, mask: "dropped" },
  SeparableConv2D: {
    make: () => new SeparableConv2D(3, 2, { depthMultiplier: 2, pointwiseConstraint: maxNorm(2) }),
    shape: image,
  },
  SimpleRNN: {
    make: () => new SimpleRNN(2, { activation: "relu", biasInitializer: "ones" }),
    shape: sequence,
    mask: "dropped",
  },
  SpatialDropout2D: {
    make: () => new SpatialDropout2D(0.5),
    shape: [4, 6, 16],
    training: "random",
  },
  StackedRNN: { make: () => new StackedRNN([rnn(), rnn()]), shape: sequence, mask: "kept" },
  TimeDistributed: {
    make: () => new TimeDistributed(new Dense(2, { activation: "softmax" })),
    shape: sequence,
    mask: "kept",
  },
  UpSampling2D: {
    make: () => new UpSampling2D([1, 2], { interpolation: "bilinear" }),
    shape: image,
  },
  ZeroPadding2D: { make: () => new ZeroPadding2D([[1, 0], [0, 2]]), shape: image },
};
