/**
 * The inception module with dimensionality reduction: 1 x 1 convolutions make the image thin before the
 * large filters see it.
 *
 * A convolution of 1 x 1 is a dense layer at every pixel: 32 filters on `[64, 64, 128]` give
 * `[64, 64, 32]`. Each of them is a single neuron that sees the 128 channels of one pixel, and learns
 * what of them is worth keeping.
 *
 * ```text
 *                    x  [h, w, d]
 *      +----------+-----+----+-----------+
 *      |          |          |           |
 *      |       1x1, r3    1x1, r5   3x3 max pool
 *      |          |          |           |
 *   1x1, d1    3x3, d3    5x5, d5    1x1, dp
 *      |          |          |           |
 *      +----------+----+-----+-----------+
 *                  concat  [h, w, d1 + d3 + d5 + dp]
 * ```
 *
 * Multiplications, on `[28, 28, 192]` with 64, 128 and 32 filters (the first module of GoogLeNet,
 * `r3 = 96`, `r5 = 16`, `dp = 32`), before and after:
 *
 * ```text
 * 3x3   28 * 28 *  9 * 192 * 128 = 173,408,256    28 * 28 * (192 * 96 +  9 * 96 * 128) = 101,154,816
 * 5x5   28 * 28 * 25 * 192 *  32 = 120,422,400    28 * 28 * (192 * 16 + 25 * 16 *  32) =  12,443,648
 * all                              303,464,448                                           128,049,152
 * ```
 *
 * From Szegedy et al., "Going deeper with convolutions", 2015, https://arxiv.org/abs/1409.4842,
 * figure 2b. Every convolution is followed by batch normalization and ReLU, as in torchvision, of a year
 * later. Its branch of 5 x 5 has windows of 3 x 3, an oversight that its weights were trained with:
 * `{ largest: 3 }`.
 *
 * @module
 */
import { MaxPooling2D } from "@neurite/cnn";
import { Concatenate, type Initializer, type Known, type SymbolicTensor } from "@neurite/nn";
import { checkOneOf, checkOptions } from "@neurite/tensor/internal";
import { convNormRelu, under } from "./conv_norm_relu.ts";

/** How many filters {@linkcode inceptionModule} has. */
export interface InceptionFilters {
  /** Those of 1 x 1. */
  conv1: number;
  /** Those of 1 x 1 before those of 3 x 3. */
  reduce3: number;
  /** Those of 3 x 3. */
  conv3: number;
  /** Those of 1 x 1 before those of 5 x 5. */
  reduce5: number;
  /** Those of 5 x 5. */
  conv5: number;
  /** Those of 1 x 1 after the pooling. */
  pool: number;
}

/** The options of {@linkcode inceptionModule}. */
export interface InceptionOptions {
  /** The size of the largest filters; 5 by default, 3 in torchvision. */
  largest?: 3 | 5;
  /** What is added to the variances; 1e-3 by default. */
  epsilon?: number;
  /** The initial values of the filters; He's normal numbers by default. */
  kernelInitializer?: Initializer;
  /** What the names of the layers begin with: `.branch1.conv`, `.branch2.0.conv`, ... follow. */
  name?: string | undefined;
}

const OPTIONS: Known<InceptionOptions> = {
  largest: true,
  epsilon: true,
  kernelInitializer: true,
  name: true,
};

/**
 * Convolutions of 1 x 1, 3 x 3 and 5 x 5 and max pooling of one input, concatenated, with 1 x 1
 * convolutions that reduce. See the top of the file for why.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { countMultiplications, inceptionModule } from "@neurite/classic-archs";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [28, 28, 192] });
 * const filters = { conv1: 64, reduce3: 96, conv3: 128, reduce5: 16, conv5: 32, pool: 32 };
 * const y = inceptionModule(x, filters);
 * assertEquals(y.shape, [28, 28, 64 + 128 + 32 + 32]);
 * assertEquals(countMultiplications(new Model({ inputs: x, outputs: y })).total, 128_049_152);
 * ```
 */
export function inceptionModule(
  x: SymbolicTensor,
  { conv1, reduce3, conv3, reduce5, conv5, pool }: InceptionFilters,
  options: InceptionOptions = {},
): SymbolicTensor {
  checkOptions("connect an inception module", options, OPTIONS);
  const { largest = 5, epsilon = 1e-3, kernelInitializer, name } = options, at = under(name);
  checkOneOf("connect an inception module", "largest", String(largest), ["3", "5"]);
  const conv = (x: SymbolicTensor, filters: number, size: number, branch: string) =>
    convNormRelu(x, filters, size, { epsilon, kernelInitializer, name: at(branch) });
  const pooled = new MaxPooling2D(3, { strides: 1, padding: "same", name: at("branch4.0") });
  return new Concatenate({ name: at("concat") }).apply([
    conv(x, conv1, 1, "branch1"),
    conv(conv(x, reduce3, 1, "branch2.0"), conv3, 3, "branch2.1"),
    conv(conv(x, reduce5, 1, "branch3.0"), conv5, largest, "branch3.1"),
    conv(pooled.apply(x), pool, 1, "branch4.1"),
  ]);
}
