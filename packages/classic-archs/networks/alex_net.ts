/** AlexNet, which started it all: as the chapter, the paper and torchvision have it. */
import {
  AdaptiveAveragePooling2D,
  Conv2D,
  LocalResponseNormalization,
  MaxPooling2D,
} from "@neurite/cnn";
import { Dense, Flatten, type Initializer, type Known, type Model } from "@neurite/nn";
import type { SymbolicTensor } from "@neurite/nn";
import { Dropout } from "@neurite/regularization";
import { checkOneOf } from "@neurite/tensor/internal";
import { around, convNormRelu } from "../blocks/conv_norm_relu.ts";
import { evenFanIn, smallNormal } from "../initial_values.ts";
import { makeNetwork, STEM, type StemOptions } from "../network.ts";

/** Which AlexNet. */
export type AlexNetVariant = "chapter" | "paper" | "torchvision";

/** The options of {@linkcode alexNet}. */
export interface AlexNetOptions extends StemOptions {
  /** Whose AlexNet it is; `"torchvision"` by default, for which there are weights. */
  variant?: AlexNetVariant;
}

const OPTIONS: Known<AlexNetOptions> = { ...STEM, variant: true };

const VARIANTS: Readonly<Record<AlexNetVariant, { features: Features; initial: Initializer }>> = {
  chapter: { features: chapter, initial: evenFanIn },
  paper: { features: paper, initial: smallNormal },
  torchvision: { features: torchvision, initial: evenFanIn },
};

/**
 * AlexNet: five convolutions and three dense layers that won ImageNet in 2012 by far. There are three:
 *
 * ```text
 * "paper"        conv 96 11x11/4, LRN, pool | conv 256 5x5, LRN, pool | conv 384 | conv 384 | conv 256,
 *                pool | dense 4096 | dense 4096 | dense 1000
 *                The 2nd, 4th and 5th convolution see half of the channels each: in 2012 the network
 *                lay on two GPUs, and so the filters are in two groups. 60,965,224 parameters.
 * "torchvision"  conv 64, 192, 384, 256, 256 without groups and normalization: the author's later
 *                network ("One weird trick", 2014). 61,100,840 parameters; for it there are weights.
 * "chapter"      four groups of convolution (96, 256, 384, 256), batch normalization, ReLU and pooling.
 * ```
 *
 * All have max pooling whose windows of 3 x 3 overlap, and dropout before the dense layers. With
 * `{ stem: "cifar" }`, for images of 32 x 32, the first convolution is 3 x 3 without stride, and the dense
 * layers have 512 units. The torchvision one pools adaptively to 6 x 6, which does nothing for images of
 * 224 x 224 and lets others be taken. From Krizhevsky, Sutskever and Hinton, "ImageNet classification with
 * deep convolutional neural networks", 2012.
 *
 * @throws {RangeError} for another variant; `ShapeError` for images that are too small.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alexNet } from "@neurite/classic-archs";
 *
 * const model = alexNet({ variant: "chapter", stem: "cifar", seed: 1 });
 * assertEquals(model.layers.filter(({ className }) => className === "MaxPooling2D").length, 4);
 * assertEquals(model.outputs[0].shape, [10]);
 * ```
 */
export function alexNet(options: AlexNetOptions = {}): Model {
  const variant = options?.variant ?? "torchvision";
  checkOneOf("make an AlexNet", "variant", variant, ["chapter", "paper", "torchvision"]);
  const { features, initial: kernelInitializer } = VARIANTS[variant];
  const names = [
    "an AlexNet",
    variant === "torchvision" ? "alexnet" : `alexnet_${variant}`,
  ] as const;
  return makeNetwork(names, options, OPTIONS, (x, { classes, includeTop, activation, small }) => {
    x = features(x, small);
    if (!includeTop) return x;
    if (variant === "torchvision" && !small) {
      x = new AdaptiveAveragePooling2D(6, { name: "avgpool" }).apply(x);
    }
    x = new Flatten({ name: "flatten" }).apply(x);
    const biasInitializer = variant === "paper" ? "ones" : "zeros", units = small ? 512 : 4096;
    for (const at of [0, 3]) {
      x = new Dropout(0.5, { name: `classifier.${at}` }).apply(x);
      const name = `classifier.${at + 1}`;
      x = new Dense(units, { activation: "relu", kernelInitializer, biasInitializer, name }).apply(
        x,
      );
    }
    return new Dense(classes, { activation, kernelInitializer, name: "classifier.6" }).apply(x);
  });
}

/** The convolutions of a variant, for large images or small ones. */
type Features = (x: SymbolicTensor, small: boolean) => SymbolicTensor;

/** Windows that overlap: 3 x 3, every other pixel. */
const pool = (name: string) => new MaxPooling2D(3, { strides: 2, name });

function torchvision(x: SymbolicTensor, small: boolean): SymbolicTensor {
  const conv = (filters: number, size: number, place: number) =>
    new Conv2D(filters, size, {
      padding: "same",
      activation: "relu",
      kernelInitializer: evenFanIn,
      ...(place === 0 && first(small)),
      name: `features.${place}`,
    });
  x = pool("features.2").apply(conv(64, small ? 3 : 11, 0).apply(x));
  x = pool("features.5").apply(conv(192, 5, 3).apply(x));
  x = conv(256, 3, 10).apply(conv(256, 3, 8).apply(conv(384, 3, 6).apply(x)));
  return pool("features.12").apply(x);
}

/** How the windows of the first convolution slide: 224 pixels give 55. */
const first = (small: boolean) =>
  ({ strides: small ? 1 : 4, padding: small ? "same" : around(2) }) as const;

function paper(x: SymbolicTensor, small: boolean): SymbolicTensor {
  // A bias of 1 gives ReLU something positive to begin with.
  const conv = (number: number, filters: number, size: number, groups: number, bias: 0 | 1) =>
    new Conv2D(filters, size, {
      padding: "same",
      groups,
      activation: "relu",
      kernelInitializer: smallNormal,
      biasInitializer: bias ? "ones" : "zeros",
      ...(number === 1 && first(small)),
      name: `conv${number}`,
    });
  const inhibit = (name: string) =>
    new LocalResponseNormalization({ depthRadius: 2, bias: 2, alpha: 1e-4, beta: 0.75, name });
  x = inhibit("norm1").apply(conv(1, 96, small ? 3 : 11, 1, 0).apply(x));
  x = conv(2, 256, 5, 2, 1).apply(pool("pool1").apply(x));
  x = conv(3, 384, 3, 1, 0).apply(pool("pool2").apply(inhibit("norm2").apply(x)));
  x = conv(5, 256, 3, 2, 1).apply(conv(4, 384, 3, 2, 1).apply(x));
  return pool("pool5").apply(x);
}

function chapter(x: SymbolicTensor, small: boolean): SymbolicTensor {
  [96, 256, 384, 256].forEach((filters, i) => {
    const large = i === 0 && !small, size = large ? 11 : i === 1 ? 5 : 3;
    x = convNormRelu(x, filters, size, {
      ...(large && { strides: 4, padding: 2 }),
      name: `group${i + 1}`,
    });
    x = pool(`group${i + 1}.pool`).apply(x);
  });
  return x;
}
