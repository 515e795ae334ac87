/** The layers of convolutional networks, registered for saved models. */
import { BatchNormalization, type BatchNormalizationOptions, layers } from "@neurite/nn";
import { AdaptiveAveragePooling2D } from "./adaptive_average_pooling2d.ts";
import { AveragePooling2D } from "./average_pooling2d.ts";
import { Conv2D, type Conv2DOptions } from "./conv2d.ts";
import { Conv2DTranspose, type Conv2DTransposeOptions } from "./conv2d_transpose.ts";
import { DepthwiseConv2D, type DepthwiseConv2DOptions } from "./depthwise_conv2d.ts";
import { GlobalAveragePooling2D } from "./global_average_pooling2d.ts";
import { GlobalMaxPooling2D } from "./global_max_pooling2d.ts";
import {
  LocalResponseNormalization,
  type LocalResponseNormalizationOptions,
} from "./local_response_normalization.ts";
import { MaxPooling2D } from "./max_pooling2d.ts";
import { SeparableConv2D, type SeparableConv2DOptions } from "./separable_conv2d.ts";
import { UpSampling2D, type UpSampling2DOptions } from "./up_sampling2d.ts";
import { type Border, ZeroPadding2D } from "./zero_padding2d.ts";

/** The layers of this package by name. */
export const cnnLayers = {
  AdaptiveAveragePooling2D,
  AveragePooling2D,
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
};
layers.register(cnnLayers);

export {
  AdaptiveAveragePooling2D,
  AveragePooling2D,
  BatchNormalization,
  type BatchNormalizationOptions,
  type Border,
  Conv2D,
  type Conv2DOptions,
  Conv2DTranspose,
  type Conv2DTransposeOptions,
  DepthwiseConv2D,
  type DepthwiseConv2DOptions,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  LocalResponseNormalization,
  type LocalResponseNormalizationOptions,
  MaxPooling2D,
  SeparableConv2D,
  type SeparableConv2DOptions,
  UpSampling2D,
  type UpSampling2DOptions,
  ZeroPadding2D,
};
