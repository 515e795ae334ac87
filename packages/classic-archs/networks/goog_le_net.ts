/** GoogLeNet: nine inception modules, one after the other. */
import { AdaptiveAveragePooling2D, GlobalAveragePooling2D, MaxPooling2D } from "@neurite/cnn";
import { Dense, Flatten, type Known, type Model, type SymbolicTensor } from "@neurite/nn";
import { Dropout } from "@neurite/regularization";
import { convNormRelu } from "../blocks/conv_norm_relu.ts";
import { inceptionModule } from "../blocks/inception_module.ts";
import { smallNormal } from "../initial_values.ts";
import { TransformInput } from "../layers.ts";
import { makeNetwork, type NetworkSettings, STEM, type StemOptions } from "../network.ts";

/** The modules by name, and their filters in the order of {@linkcode InceptionFilters}. */
const MODULES: readonly (readonly [name: string, filters: readonly number[]])[] = [
  ["3a", [64, 96, 128, 16, 32, 32]],
  ["3b", [128, 128, 192, 32, 96, 64]],
  ["4a", [192, 96, 208, 16, 48, 64]],
  ["4b", [160, 112, 224, 24, 64, 64]],
  ["4c", [128, 128, 256, 24, 64, 64]],
  ["4d", [112, 144, 288, 32, 64, 64]],
  ["4e", [256, 160, 320, 32, 128, 128]],
  ["5a", [256, 160, 320, 32, 128, 128]],
  ["5b", [384, 192, 384, 48, 128, 128]],
];

/** The options of {@linkcode googLeNet}. */
export interface GoogLeNetOptions extends StemOptions {
  /** Whether the auxiliary classifiers are there, for training; `false` by default. */
  auxiliary?: boolean;
  /**
   * Whether images that were normalized for ImageNet are first brought to what torchvision's trained
   * weights want, by {@linkcode TransformInput}; `false` by default.
   */
  transformInput?: boolean;
}

const OPTIONS: Known<GoogLeNetOptions> = { ...STEM, auxiliary: true, transformInput: true };

/** What is added to variances. */
const EPSILON = 1e-3;

/**
 * GoogLeNet, of 22 layers with weights and a twentieth of VGG's parameters:
 *
 * ```text
 * 7x7 / 2, 64 | pool | 1x1, 64 | 3x3, 192 | pool | 3a 3b | pool | 4a 4b 4c 4d 4e | pool | 5a 5b
 * 112           56     56        56         28     28      14     14               7      7 x 7
 * | mean of each map | dropout 0.2 | dense 1000                     |        |
 *                                                               auxiliary classifiers
 * ```
 *
 * With `{ auxiliary: true }` the model has three outputs: the classifier at the end and two small ones,
 * after 4a and 4d, which bring gradients to the middle of the network. It learns from all of them, the
 * latter with a weight of 0.3, and predicts by the first, which is a model of its own with the same
 * weights:
 *
 * ```text
 * const model = googLeNet({ auxiliary: true, activation: "softmax" });
 * model.compile({ optimizer, loss, lossWeights: [1, 0.3, 0.3] });
 * await model.fit(x, [y, y, y]);
 * const classifier = new Model({ inputs: model.inputs, outputs: model.outputs[0] });
 * ```
 *
 * Every convolution is followed by batch normalization, and the largest filters of the modules are
 * 3 x 3, as in torchvision, whose weights were trained so; layers have its names. With
 * `{ stem: "cifar" }`, for images of 32 x 32, the first filters are 3 x 3 and one stride and one pooling
 * less come before 3a. From Szegedy et al., "Going deeper with convolutions", 2015,
 * https://arxiv.org/abs/1409.4842.
 *
 * @throws {ShapeError} for images that are too small.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { googLeNet } from "@neurite/classic-archs";
 * import { Model } from "@neurite/nn";
 *
 * const model = googLeNet({ auxiliary: true, stem: "cifar", seed: 1 });
 * assertEquals(model.outputs.map(({ shape }) => shape), [[10], [10], [10]]);
 * const classifier = new Model({ inputs: model.inputs, outputs: model.outputs[0] });
 * assertEquals(classifier.outputs.length, 1);
 * ```
 */
export function googLeNet(options: GoogLeNetOptions = {}): Model {
  const auxiliary = options?.auxiliary ?? false;
  return makeNetwork(["a GoogLeNet", "googlenet"], options, OPTIONS, (x, settings) => {
    const { classes, includeTop, activation, small } = settings, others: SymbolicTensor[] = [];
    if (options?.transformInput) x = new TransformInput({ name: "transform_input" }).apply(x);
    const common = { epsilon: EPSILON, kernelInitializer: smallNormal };
    x = convNormRelu(x, 64, small ? 3 : 7, { ...common, strides: small ? 1 : 2, name: "conv1" });
    if (!small) x = halve("maxpool1").apply(x);
    x = convNormRelu(x, 64, 1, { ...common, name: "conv2" });
    x = convNormRelu(x, 192, 3, { ...common, name: "conv3" });
    x = halve("maxpool2").apply(x);
    for (const [name, [conv1, reduce3, conv3, reduce5, conv5, pool]] of MODULES) {
      const filters = { conv1, reduce3, conv3, reduce5, conv5, pool };
      if (name === "4a") x = halve("maxpool3").apply(x);
      if (name === "5a") x = halve("maxpool4", 2).apply(x);
      x = inceptionModule(x, filters, { ...common, largest: 3, name: `inception${name}` });
      if (!auxiliary || !includeTop) continue;
      if (name === "4a") others.push(auxiliaryClassifier(x, "aux1", settings));
      if (name === "4d") others.push(auxiliaryClassifier(x, "aux2", settings));
    }
    if (!includeTop) return x;
    x = new GlobalAveragePooling2D({ name: "avgpool" }).apply(x);
    x = new Dropout(0.2, { name: "dropout" }).apply(x);
    const last = { activation, kernelInitializer: smallNormal, name: "fc" };
    return [new Dense(classes, last).apply(x), ...others];
  });
}

/** Max pooling of every other pixel; a window may reach one pixel beyond the image, so none is lost. */
const halve = (name: string, size = 3) =>
  new MaxPooling2D(size, { strides: 2, padding: [[0, 1], [0, 1]], name });

/** A small classifier on maps in the middle: means of 4 x 4 parts, 128 filters of 1 x 1, two dense layers. */
function auxiliaryClassifier(
  x: SymbolicTensor,
  name: string,
  { classes, activation }: NetworkSettings,
): SymbolicTensor {
  const kernelInitializer = smallNormal;
  x = new AdaptiveAveragePooling2D(4, { name: `${name}.avgpool` }).apply(x);
  x = convNormRelu(x, 128, 1, { epsilon: EPSILON, kernelInitializer, name: `${name}.conv` });
  x = new Flatten({ name: `${name}.flatten` }).apply(x);
  const hidden = { activation: "relu", kernelInitializer, name: `${name}.fc1` } as const;
  x = new Dropout(0.7, { name: `${name}.dropout` }).apply(new Dense(1024, hidden).apply(x));
  return new Dense(classes, { activation, kernelInitializer, name: `${name}.fc2` }).apply(x);
}
