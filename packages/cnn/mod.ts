/**
 * Convolutional networks: layers that slide filters over images, pooling, normalisation, and
 * LeNet-5 built of them.
 *
 * Images are `[height, width, channels]`, kernels `[height, width, inputs, filters]`; names, defaults
 * and the order of weights are Keras's. How many places a window has along an axis is said by one
 * function, {@linkcode slidingOutputSize}:
 *
 * `out = floor((in + before + after - (dilation (F - 1) + 1)) / stride) + 1`
 *
 * With stride 1, no dilation and no padding that is the chapter's `W_out = W_in - F_w + 1`: filters
 * of 5 x 5 on images of 32 x 32 give maps of 28 x 28.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Conv2D, MaxPooling2D } from "@neurite/cnn";
 * import { Dense, Flatten, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new Conv2D(6, 5, { activation: "relu", padding: "same", inputShape: [28, 28, 1] }),
 *   new MaxPooling2D(2),
 *   new Flatten(),
 *   new Dense(10, { activation: "softmax" }),
 * ], { seed: 1 });
 * assertEquals(model.layers.map(({ name }) => name).slice(0, 2), ["conv2d", "max_pooling2d"]);
 * assertEquals(model.countParams(), 5 * 5 * 6 + 6 + 14 * 14 * 6 * 10 + 10);
 * ```
 *
 * @module
 */
export { ConvolutionLayer, type ConvolutionLayerOptions } from "./convolution_layer.ts";
export type { DepthwiseOptions } from "./depthwise.ts";
export { GlobalPoolingLayer, type GlobalPoolingOptions } from "./global_pooling_layer.ts";
export type { ImageShape } from "./image_shape.ts";
export * from "./layers/mod.ts";
export { leNet5, type LeNet5Options } from "./le_net5.ts";
export { PoolingLayer, type PoolingOptions } from "./pooling_layer.ts";
export { type Padding, type Pair } from "@neurite/tensor";
export {
  type Sliding,
  slidingOutputSize,
  slidingPadding,
  transposedOutputSize,
  type TransposedSliding,
} from "@neurite/tensor/internal";
