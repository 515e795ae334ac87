/** Autoencoders of fully connected layers. */
import { Dense, type ModelSettings, Sequential } from "@neurite/nn";
import { Autoencoder } from "./autoencoder.ts";

/**
 * The plain autoencoder of the chapter: one hidden layer, smaller than the input, ReLU throughout.
 *
 * `z = ReLU(x W_e + b_e)`, `x̂ = ReLU(z W_d + b_d)`
 *
 * Throws `RangeError` unless the code is smaller than the input.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { autoencoder } from "@neurite/autoencoders";
 * import { zeros } from "@neurite/tensor";
 *
 * const model = autoencoder(784, 64, { seed: 1 });
 * assertEquals(model.encode.predict(zeros([2, 784])).shape, [2, 64]);
 * ```
 */
export function autoencoder(
  inputSize: number,
  encodingSize: number,
  settings: ModelSettings = {},
): Autoencoder {
  return deepAutoencoder([inputSize, encodingSize], settings);
}

/**
 * The deep autoencoder of the chapter: layers that get smaller and smaller down to the code, and the
 * same sizes back up to the input, ReLU throughout.
 *
 * Throws `RangeError` unless the sizes fall from the input to the code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { deepAutoencoder } from "@neurite/autoencoders";
 *
 * const model = deepAutoencoder([784, 512, 256, 128, 64], { seed: 1 });
 * assertEquals(model.decode.layers.map((layer) => layer.weights[1].value.size), [128, 256, 512, 784]);
 * ```
 */
export function deepAutoencoder(
  sizes: readonly number[],
  { rng, seed, ...settings }: ModelSettings = {},
): Autoencoder {
  if (sizes.length < 2 || !sizes.every((n, i) => i === 0 || n < sizes[i - 1])) {
    throw new RangeError(
      "Cannot make an autoencoder as its layers must get smaller from the input to the code: " +
        `current ${sizes.join(", ")}`,
    );
  }
  const [inputSize, ...down] = sizes, up = sizes.slice(0, -1).reverse();
  const dense = (units: number, i: number) =>
    new Dense(units, { activation: "relu", inputShape: i === 0 ? [inputSize] : undefined });
  const encode = new Sequential(down.map(dense), { name: "encode", rng, seed });
  const decode = new Sequential(up.map((units) => dense(units, -1)), {
    name: "decode",
    rng: encode.rng,
  });
  return new Autoencoder(encode, decode, { ...settings, rng: encode.rng });
}
