/**
 * Autoencoders: networks that learn to compress. An encoder makes a short code of its input,
 * a decoder makes the input of the code, and both learn from the difference.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { autoencoder } from "@neurite/autoencoders";
 *
 * const model = autoencoder(784, 64, { seed: 1 });
 * assertEquals(model.encode.outputs[0].shape, [64]);
 * assertEquals(model.decode.outputs[0].shape, [784]);
 * assertEquals(model.countParams(), 784 * 64 + 64 + 64 * 784 + 784);
 * ```
 *
 * @module
 */
export { Autoencoder, autoencoderLayers } from "./autoencoder.ts";
export { convAutoencoder, denoisingAutoencoder } from "./convolutional.ts";
export { autoencoder, deepAutoencoder } from "./dense.ts";
export { addNoise, type NoiseOptions } from "./noise.ts";
export { psnr } from "./psnr.ts";
