/** Photographs as networks want them. */
import { RandomCrop, RandomFlip, Rescaling } from "@neurite/images";
import { type Layer, Sequential } from "@neurite/nn";

/** Means and standard deviations of red, green and blue in CIFAR-10. */
const MEAN = [125.3, 123, 113.9], DEVIATION = [63, 62.1, 66.7];

/**
 * A network for the bytes of photographs of 32x32: brings them to mean 0 and variance 1, in training
 * mirrors and moves each at random, as the papers do with CIFAR-10, and gives them to `network`.
 */
export function forPhotographs(network: Layer, seed: number): Sequential {
  return new Sequential([
    new Rescaling(DEVIATION.map((d) => 1 / d), MEAN.map((m, i) => -m / DEVIATION[i]), {
      inputShape: [32, 32, 3],
    }),
    new RandomFlip("horizontal"),
    new RandomCrop(32, 32, { padding: 4 }),
    network,
  ], { seed });
}
