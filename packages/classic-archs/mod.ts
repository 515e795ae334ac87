/**
 * The classic networks for images: AlexNet, VGG, GoogLeNet, ResNet and DenseNet, the blocks that they
 * are made of, and their small forms for images of 32 x 32.
 *
 * A block is a function of what comes before it, so that networks read like their drawings. Layers are
 * named as in torchvision.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { residualBlock, resNetCifar } from "@neurite/classic-archs";
 * import { Input } from "@neurite/nn";
 *
 * const model = resNetCifar(20, { seed: 1 });
 * const trainable = model.trainableWeights.reduce((sum, { value }) => sum + value.size, 0);
 * assertEquals(trainable, 269_722); // The paper: 0.27 million.
 *
 * const x = new Input({ shape: [32, 32, 16] });
 * assertEquals(residualBlock(x, 32, { strides: 2 }).shape, [16, 16, 32]);
 * ```
 *
 * @module
 */
export * from "./blocks/mod.ts";
export { classicLayers, PaddedShortcut, TransformInput } from "./layers.ts";
export { countMultiplications, type Multiplications } from "./multiplications.ts";
export { type NetworkBlock, networkBlocks } from "./network_blocks.ts";
export type { NetworkOptions, StemOptions } from "./network.ts";
export * from "./networks/mod.ts";
export type { PaddedShortcutOptions } from "./padded_shortcut.ts";
export { loadTorchvisionWeights } from "./weights/load_torchvision_weights.ts";
export {
  pretrained,
  type PretrainedName,
  pretrainedNames,
  type PretrainedOptions,
} from "./weights/pretrained.ts";
