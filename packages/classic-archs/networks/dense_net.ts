/** DenseNet: dense blocks with transitions between them. */
import { Conv2D, GlobalAveragePooling2D, MaxPooling2D } from "@neurite/cnn";
import { Activation, Dense, type Model, type SymbolicTensor } from "@neurite/nn";
import { around, batchNorm } from "../blocks/conv_norm_relu.ts";
import { denseBlock } from "../blocks/dense_block.ts";
import { transition } from "../blocks/transition.ts";
import { evenFanIn, heFanIn } from "../initial_values.ts";
import {
  checkDepth,
  makeNetwork,
  type NetworkSettings,
  STEM,
  type StemOptions,
} from "../network.ts";

/** How many layers with weights the paper's networks have. */
export type DenseNetDepth = 121 | 161 | 169 | 201 | 264;

/** The layers of each of the four blocks. */
const BLOCKS: Readonly<Record<DenseNetDepth, readonly number[]>> = {
  121: [6, 12, 24, 16],
  161: [6, 12, 36, 24],
  169: [6, 12, 32, 32],
  201: [6, 12, 48, 32],
  264: [6, 12, 64, 48],
};

/**
 * DenseNet of 121, 161, 169, 201 or 264 layers, for images of 224 x 224:
 *
 * ```text
 * 7x7 / 2, 2 k         112 x 112      the growth rate k is 32, with 161 layers 48
 * 3x3 max pool / 2      56 x 56
 * dense block 1         56 x 56       transition: half of the channels, 28 x 28
 * dense block 2         28 x 28       transition: half of the channels, 14 x 14
 * dense block 3         14 x 14       transition: half of the channels, 7 x 7
 * dense block 4          7 x 7        BN, ReLU
 * mean of each map       1 x 1
 * dense                               1000
 * ```
 *
 * DenseNet-201 has 20 million parameters where a ResNet of the same accuracy has more than 40. With
 * `{ stem: "cifar" }`, for images of 32 x 32, it begins with 3 x 3 filters without stride and pooling;
 * the paper has smaller networks for them, {@linkcode denseNetCifar}. Layers have torchvision's names.
 * From Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", 2017,
 * https://arxiv.org/abs/1608.06993.
 *
 * @throws {RangeError} for another depth; `ShapeError` for images that are too small.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { denseNet } from "@neurite/classic-archs";
 *
 * const maps = denseNet(121, { includeTop: false, seed: 1 });
 * assertEquals(maps.outputs[0].shape, [7, 7, 1024]);
 * ```
 */
export function denseNet(depth: DenseNetDepth, options: StemOptions = {}): Model {
  checkDepth("a DenseNet", depth, Object.keys(BLOCKS).map(Number));
  const names = [`a DenseNet-${depth}`, `densenet${depth}`] as const,
    growth = depth === 161 ? 48 : 32;
  return makeNetwork(names, options, STEM, (x, settings) => {
    const { small } = settings;
    x = new Conv2D(2 * growth, small ? 3 : 7, {
      strides: small ? 1 : 2,
      padding: around(small ? 1 : 3),
      useBias: false,
      kernelInitializer: heFanIn,
      name: "features.conv0",
    }).apply(x);
    if (!small) {
      x = new Activation("relu", { name: "features.relu0" })
        .apply(batchNorm("features.norm0").apply(x));
      x = new MaxPooling2D(3, { strides: 2, padding: around(1), name: "features.pool0" }).apply(x);
    }
    return denseBlocks(x, BLOCKS[depth], { growth }, settings);
  });
}

/** Dense blocks with transitions between them, and the classifier. */
export function denseBlocks(
  x: SymbolicTensor,
  blocks: readonly number[],
  { growth, bottleneck, compression }: {
    growth: number;
    bottleneck?: boolean;
    compression?: number;
  },
  { classes, includeTop, activation }: NetworkSettings,
): SymbolicTensor {
  blocks.forEach((layers, i) => {
    if (i > 0) x = transition(x, { compression, name: `features.transition${i}` });
    x = denseBlock(x, layers, growth, { bottleneck, name: `features.denseblock${i + 1}` });
  });
  const last = `features.norm${blocks.length + 1}`;
  x = new Activation("relu", { name: "features.relu" }).apply(batchNorm(last).apply(x));
  if (!includeTop) return x;
  x = new GlobalAveragePooling2D({ name: "avgpool" }).apply(x);
  const options = { activation, kernelInitializer: evenFanIn, name: "classifier" };
  return new Dense(classes, options).apply(x);
}
