/** The layers that need no package of their own. */
import { layers } from "../layer.ts";
import { Activation } from "./activation.ts";
import { Add } from "./add.ts";
import { BatchNormalization, type BatchNormalizationOptions } from "./batch_normalization.ts";
import { Concatenate, type ConcatenateOptions } from "./concatenate.ts";
import { Dense } from "./dense.ts";
import { Flatten } from "./flatten.ts";
import { LayerNormalization, type LayerNormalizationOptions } from "./layer_normalization.ts";
import { Normalization, type NormalizationLayerOptions, type Statistic } from "./normalization.ts";
import { Reshape } from "./reshape.ts";

/** The layers of this package by name, models apart. */
export const coreLayers = {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Dense,
  Flatten,
  LayerNormalization,
  Normalization,
  Reshape,
};
layers.register(coreLayers);

export {
  Activation,
  Add,
  BatchNormalization,
  type BatchNormalizationOptions,
  Concatenate,
  type ConcatenateOptions,
  Dense,
  Flatten,
  LayerNormalization,
  type LayerNormalizationOptions,
  Normalization,
  type NormalizationLayerOptions,
  Reshape,
  type Statistic,
};
