/** ResNet: residual blocks, stacked until there are 18 to 152 layers with weights. */
import { GlobalAveragePooling2D, MaxPooling2D } from "@neurite/cnn";
import { Dense, type Model } from "@neurite/nn";
import { bottleneckBlock } from "../blocks/bottleneck_block.ts";
import { around, convNormRelu } from "../blocks/conv_norm_relu.ts";
import { residualBlock } from "../blocks/residual_block.ts";
import { evenFanIn } from "../initial_values.ts";
import { checkDepth, makeNetwork, STEM, type StemOptions } from "../network.ts";

/** How many layers with weights the paper's networks have. */
export type ResNetDepth = 18 | 34 | 50 | 101 | 152;

/** The blocks of each of the four stages. */
const STAGES: Readonly<Record<ResNetDepth, readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/**
 * ResNet of 18, 34, 50, 101 or 152 layers, for images of 224 x 224:
 *
 * ```text
 * 7x7 / 2, 64          112 x 112
 * 3x3 max pool / 2      56 x 56
 * stage 1               56 x 56     64 filters      basic blocks of two convolutions (18, 34),
 * stage 2               28 x 28    128              or bottlenecks of three, which give four times
 * stage 3               14 x 14    256              as many channels (50, 101, 152)
 * stage 4                7 x 7     512
 * mean of each map       1 x 1
 * dense                            1000
 * ```
 *
 * The first block of each stage but the first one halves the image. With `{ stem: "cifar" }` the network
 * begins with 3 x 3 filters, without stride and pooling, for images of 32 x 32; the paper has smaller
 * networks for them, {@linkcode resNetCifar}. Layers have torchvision's names. From He, Zhang, Ren and
 * Sun, "Deep residual learning for image recognition", 2015, https://arxiv.org/abs/1512.03385.
 *
 * @throws {RangeError} for another depth; `TypeError` for options that do not exist.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resNet } from "@neurite/classic-archs";
 * import { ones } from "@neurite/tensor";
 *
 * const model = resNet(18, { classes: 10, activation: "softmax", seed: 1 });
 * const probabilities = model.predict(ones([1, 224, 224, 3]));
 * assertEquals(probabilities.shape, [1, 10]);
 * ```
 */
export function resNet(depth: ResNetDepth, options: StemOptions = {}): Model {
  checkDepth("a ResNet", depth, Object.keys(STAGES).map(Number));
  const names = [`a ResNet-${depth}`, `resnet${depth}`] as const;
  return makeNetwork(names, options, STEM, (x, { classes, includeTop, activation, small }) => {
    x = convNormRelu(x, 64, small ? 3 : 7, {
      strides: small ? 1 : 2,
      name: { conv: "conv1", norm: "bn1", relu: "relu" },
    });
    if (!small) {
      x = new MaxPooling2D(3, { strides: 2, padding: around(1), name: "maxpool" }).apply(x);
    }
    const block = depth < 50 ? residualBlock : bottleneckBlock;
    STAGES[depth].forEach((blocks, stage) => {
      for (let i = 0; i < blocks; i++) {
        const strides = stage > 0 && i === 0 ? 2 : 1;
        x = block(x, 64 * 2 ** stage, { strides, name: `layer${stage + 1}.${i}` });
      }
    });
    if (!includeTop) return x;
    x = new GlobalAveragePooling2D({ name: "avgpool" }).apply(x);
    return new Dense(classes, { activation, kernelInitializer: evenFanIn, name: "fc" }).apply(x);
  });
}
