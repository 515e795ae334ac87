/** Autoencoders of convolutions, for images. */
import { Conv2D, MaxPooling2D, UpSampling2D } from "@neurite/cnn";
import { type ModelSettings, Sequential } from "@neurite/nn";
import { Autoencoder } from "./autoencoder.ts";

/**
 * The convolutional autoencoder of the chapter, for images of 28 x 28 pixels: convolutions and
 * pooling down to a code of 4 x 4 x 8, convolutions and upsampling back up. What undoes
 * a convolution is a convolution; what undoes pooling is repeating each pixel.
 *
 * The one convolution without padding, 16 x 16 to 14 x 14, makes the sizes meet:
 * 28, 14, 7, 4 on the way down, 4, 8, 16, 14, 28 on the way up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convAutoencoder } from "@neurite/autoencoders";
 *
 * const model = convAutoencoder({ seed: 1 });
 * assertEquals(model.encode.outputs[0].shape, [4, 4, 8]);
 * assertEquals(model.outputs[0].shape, [28, 28, 1]);
 * ```
 */
export function convAutoencoder({ rng, seed, ...settings }: ModelSettings = {}): Autoencoder {
  const same = { activation: "relu", padding: "same" } as const;
  const halve = () => new MaxPooling2D(2, { padding: "same" });
  const double = () => new UpSampling2D(2);
  const encode = new Sequential([
    new Conv2D(32, 3, { ...same, inputShape: [28, 28, 1] }),
    halve(),
    new Conv2D(8, 3, same),
    halve(),
    new Conv2D(8, 3, same),
    halve(),
  ], { name: "encode", rng, seed });
  const decode = new Sequential([
    new Conv2D(8, 3, same),
    double(),
    new Conv2D(8, 3, same),
    double(),
    new Conv2D(32, 3, { activation: "relu" }),
    double(),
    new Conv2D(1, 3, same),
  ], { name: "decode", rng: encode.rng });
  return new Autoencoder(encode, decode, { ...settings, rng: encode.rng });
}

/**
 * The denoising autoencoder of the chapter: the convolutional one, given noisy images (see
 * `addNoise`) and asked for the clean ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addNoise, denoisingAutoencoder } from "@neurite/autoencoders";
 * import { Rng, zeros } from "@neurite/tensor";
 *
 * const model = denoisingAutoencoder({ seed: 1 });
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * const clean = zeros([4, 28, 28, 1]), noisy = addNoise(clean, { rng: new Rng(2) });
 * const { history } = await model.fit(noisy, clean, { batchSize: 4, verbose: 0 });
 * assertEquals(history.loss.length, 1);
 * ```
 */
export function denoisingAutoencoder(settings: ModelSettings = {}): Autoencoder {
  return convAutoencoder(settings);
}
