/** DenseNets for images of 32 x 32. */
import { Conv2D } from "@neurite/cnn";
import type { Known, Model } from "@neurite/nn";
import { checkCount, checkOneOf } from "@neurite/tensor/internal";
import { heFanIn } from "../initial_values.ts";
import { makeNetwork, NETWORK, type NetworkOptions } from "../network.ts";
import { denseBlocks } from "./dense_net.ts";

/** The options of {@linkcode denseNetCifar}. */
export interface DenseNetCifarOptions extends NetworkOptions {
  /** `"BC"`, the default, with bottlenecks and compression; `"basic"` without both. */
  variant?: "BC" | "basic";
}

const OPTIONS: Known<DenseNetCifarOptions> = { ...NETWORK, variant: true };

/**
 * The paper's DenseNet for CIFAR-10: three dense blocks of as many layers each, on maps of 32 x 32, 16 x 16
 * and 8 x 8, for `depth` layers with weights.
 *
 * ```text
 * "BC"      depth 6n + 4: n layers a block, each 1x1 and 3x3; transitions halve the channels.
 *           Depth 100, growth 12: 0.8 million parameters, 95.5 % in the paper
 * "basic"   depth 3n + 4: n layers a block, each 3x3; transitions keep the channels.
 *           Depth 40, growth 12: 1.0 million parameters, 94.8 %
 * ```
 *
 * From Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", 2017, section
 * 4, https://arxiv.org/abs/1608.06993.
 *
 * @throws {RangeError} for a depth that the variant cannot have, or a growth below 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { denseNetCifar } from "@neurite/classic-archs";
 *
 * const model = denseNetCifar(22, 12, { seed: 1 }); // 3 layers in each of 3 blocks
 * const convolutions = model.layers.filter(({ className }) => className === "Conv2D");
 * assertEquals(convolutions.length, 1 + 3 * 3 * 2 + 2); // and a dense layer
 * ```
 */
export function denseNetCifar(
  depth: number,
  growth = 12,
  options: DenseNetCifarOptions = {},
): Model {
  const what = `a DenseNet-${depth} of growth ${growth}`, variant = options?.variant ?? "BC";
  checkOneOf(`make ${what}`, "variant", variant, ["BC", "basic"]);
  checkCount(`make ${what}`, "growth", growth);
  const BC = variant === "BC", step = BC ? 6 : 3, layers = (depth - 4) / step;
  if (!Number.isInteger(layers) || layers < 1) {
    const near = 4 + step * Math.max(1, Math.round(layers) || 1);
    throw new RangeError(
      `Cannot make ${what} as the depth of variant "${variant}" must be ${step}n + 4: current ` +
        `${depth}. The nearest is ${near}`,
    );
  }
  return makeNetwork([what, `densenet${depth}_cifar`], options, OPTIONS, (x, settings) => {
    x = new Conv2D(BC ? 2 * growth : 16, 3, {
      padding: "same",
      useBias: false,
      kernelInitializer: heFanIn,
      name: "features.conv0",
    }).apply(x);
    const blocks = [layers, layers, layers], compression = BC ? 0.5 : 1;
    return denseBlocks(x, blocks, { growth, bottleneck: BC, compression }, settings);
  }, true);
}
