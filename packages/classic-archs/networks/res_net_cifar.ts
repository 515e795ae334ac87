/** ResNets for images of 32 x 32, and the plain networks that show what shortcuts are good for. */
import { GlobalAveragePooling2D } from "@neurite/cnn";
import { Dense, type Known, type Model } from "@neurite/nn";
import { checkOneOf } from "@neurite/tensor/internal";
import { convNormRelu } from "../blocks/conv_norm_relu.ts";
import { residualBlock } from "../blocks/residual_block.ts";
import type { Shortcut } from "../blocks/shortcut.ts";
import { evenFanIn } from "../initial_values.ts";
import { makeNetwork, NETWORK, type NetworkOptions } from "../network.ts";

/** The options of {@linkcode resNetCifar}. */
export interface ResNetCifarOptions extends NetworkOptions {
  /**
   * What shortcuts do where sizes change: `"padding"`, by default and as in the paper, has nothing to
   * learn; `"projection"` is a 1 x 1 convolution.
   */
  shortcut?: "padding" | "projection";
}

const OPTIONS: Known<ResNetCifarOptions> = { ...NETWORK, shortcut: true };

/**
 * The paper's ResNet for CIFAR-10, of `depth = 6n + 2` layers with weights: 20, 32, 44, 56, 110.
 *
 * ```text
 * 3x3, 16         32 x 32
 * n blocks, 16    32 x 32    0.27 million parameters with 20 layers, 0.85 with 56,
 * n blocks, 32    16 x 16    1.7 with 110
 * n blocks, 64     8 x 8
 * mean of maps     1 x 1
 * dense                      10
 * ```
 *
 * Its shortcuts have no parameters, so that {@linkcode plainCifar} of the same depth has as many. From
 * He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015, section 4.2,
 * https://arxiv.org/abs/1512.03385. There it reaches 91.25 % with 20 layers and 93.57 % with 110, after
 * 64,000 steps of 128 images, moved by up to 4 pixels and mirrored.
 *
 * @throws {RangeError} for a depth that is not `6n + 2`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainCifar, resNetCifar } from "@neurite/classic-archs";
 *
 * const residual = resNetCifar(20, { seed: 1 }), plain = plainCifar(20, { seed: 1 });
 * assertEquals(residual.outputs[0].shape, [10]);
 * assertEquals(residual.countParams(), plain.countParams());
 * ```
 */
export function resNetCifar(depth: number, options: ResNetCifarOptions = {}): Model {
  const shortcut = options?.shortcut ?? "padding";
  checkOneOf(`make a ResNet-${depth}`, "shortcut", shortcut, ["padding", "projection"]);
  return network([`a ResNet-${depth}`, `resnet${depth}_cifar`], depth, options, OPTIONS, shortcut);
}

/**
 * {@linkcode resNetCifar} without the shortcuts: the same layers, the same parameters. With 20 layers it
 * learns well, with 44 or 56 worse than with 20, on the training set too: its gradients do not get
 * through. That is the observation that residual networks began with.
 *
 * @throws {RangeError} for a depth that is not `6n + 2`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainCifar } from "@neurite/classic-archs";
 *
 * const model = plainCifar(20, { seed: 1 });
 * assertEquals(model.layers.some(({ className }) => className === "Add"), false);
 * ```
 */
export function plainCifar(depth: number, options: NetworkOptions = {}): Model {
  const names = [`a plain network of ${depth} layers`, `plain${depth}_cifar`] as const;
  return network(names, depth, options, NETWORK, "none");
}

function network<Options extends NetworkOptions>(
  names: readonly [string, string],
  depth: number,
  options: Options,
  known: Known<Options>,
  shortcut: Shortcut,
): Model {
  const n = (depth - 2) / 6;
  if (!Number.isInteger(n) || n < 1) {
    const near = 2 + 6 * Math.max(1, Math.round(n) || 1);
    throw new RangeError(
      `Cannot make ${names[0]} as its depth must be 6n + 2, such as 20, 32, 44, 56 or 110: ` +
        `current ${depth}. The nearest is ${near}`,
    );
  }
  return makeNetwork(names, options, known, (x, { classes, includeTop, activation }) => {
    x = convNormRelu(x, 16, 3, { name: { conv: "conv1", norm: "bn1", relu: "relu" } });
    [16, 32, 64].forEach((filters, stage) => {
      for (let i = 0; i < n; i++) {
        const strides = stage > 0 && i === 0 ? 2 : 1;
        x = residualBlock(x, filters, { strides, shortcut, name: `layer${stage + 1}.${i}` });
      }
    });
    if (!includeTop) return x;
    x = new GlobalAveragePooling2D({ name: "avgpool" }).apply(x);
    return new Dense(classes, { activation, kernelInitializer: evenFanIn, name: "fc" }).apply(x);
  }, true);
}
