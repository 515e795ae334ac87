/** VGG: nothing but 3 x 3 convolutions, in groups, and deeper than anything before. */
import { AdaptiveAveragePooling2D, Conv2D, MaxPooling2D } from "@neurite/cnn";
import { Dense, Flatten, type Known, type Model } from "@neurite/nn";
import { Dropout } from "@neurite/regularization";
import { convNormRelu } from "../blocks/conv_norm_relu.ts";
import { heFanOut, smallNormal } from "../initial_values.ts";
import { checkDepth, makeNetwork, STEM, type StemOptions } from "../network.ts";

/** How many layers with weights the paper's networks have. */
export type VggDepth = 11 | 13 | 16 | 19;

/** The convolutions of each of the five groups. */
const GROUPS: Readonly<Record<VggDepth, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

/** The filters of their convolutions. */
const FILTERS = [64, 128, 256, 512, 512];

/** The options of {@linkcode vgg}. */
export interface VggOptions extends StemOptions {
  /** Whether batch normalization follows each convolution; `false` by default, as in the paper. */
  batchNormalization?: boolean;
}

const OPTIONS: Known<VggOptions> = { ...STEM, batchNormalization: true };

/**
 * VGG of 11, 13, 16 or 19 layers with weights: convolutions one after the other, where networks before
 * it had a pooling after each of them.
 *
 * ```text
 * VGG-16:  64 64 | pool | 128 128 | pool | 256 256 256 | pool | 512 512 512 | pool | 512 512 512 | pool
 *          224            112              56                   28                   14            7 x 7
 *          | dense 4096 | dense 4096 | dense 1000
 * ```
 *
 * Two convolutions of 3 x 3 see 5 x 5 pixels, three see 7 x 7, with fewer weights (`27 d^2` in place
 * of `49 d^2`) and a ReLU in between. Nine tenths of the 138 million parameters of VGG-16 are those of
 * the dense layers. Between convolutions and dense layers stands adaptive average pooling to 7 x 7,
 * which does nothing for images of 224 x 224 and lets larger and smaller ones be taken, down to 32 x 32.
 *
 * With `{ stem: "cifar" }`, for images of 32 x 32, the dense layers take the one pixel that is left, and
 * have 512 units. Layers have torchvision's names. From Simonyan and Zisserman, "Very deep convolutional
 * networks for large-scale image recognition", 2015, https://arxiv.org/abs/1409.1556.
 *
 * @throws {RangeError} for another depth; `ShapeError` for images of less than 32 x 32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vgg } from "@neurite/classic-archs";
 *
 * const model = vgg(11, { stem: "cifar", batchNormalization: true, seed: 1 });
 * assertEquals(model.outputs[0].shape, [10]);
 * assertEquals(model.layers.filter(({ className }) => className === "Conv2D").length, 8);
 * ```
 */
export function vgg(depth: VggDepth, options: VggOptions = {}): Model {
  checkDepth("a VGG", depth, Object.keys(GROUPS).map(Number));
  const normed = options?.batchNormalization ?? false;
  const names = [`a VGG-${depth}`, `vgg${depth}${normed ? "_bn" : ""}`] as const;
  return makeNetwork(names, options, OPTIONS, (x, { classes, includeTop, activation, small }) => {
    let place = 0; // torchvision counts ReLUs, and normalizations, as layers of their own.
    const next = (layers: number) => `features.${(place += layers) - layers}`;
    GROUPS[depth].forEach((convolutions, group) => {
      for (let i = 0; i < convolutions; i++) {
        x = normed
          ? convNormRelu(x, FILTERS[group], 3, {
            useBias: true,
            name: { conv: next(1), norm: next(1), relu: next(1) },
          })
          : new Conv2D(FILTERS[group], 3, {
            padding: "same",
            activation: "relu",
            kernelInitializer: heFanOut,
            name: next(2),
          }).apply(x);
      }
      x = new MaxPooling2D(2, { name: next(1) }).apply(x);
    });
    if (!includeTop) return x;
    if (!small) x = new AdaptiveAveragePooling2D(7, { name: "avgpool" }).apply(x);
    x = new Flatten({ name: "flatten" }).apply(x);
    const units = small ? 512 : 4096, kernelInitializer = smallNormal;
    for (const at of [0, 3]) {
      const name = `classifier.${at}`;
      x = new Dense(units, { activation: "relu", kernelInitializer, name }).apply(x);
      x = new Dropout(0.5, { name: `classifier.${at + 2}` }).apply(x);
    }
    return new Dense(classes, { activation, kernelInitializer, name: "classifier.6" }).apply(x);
  });
}
