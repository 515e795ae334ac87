/** The blocks that networks are made of. */
export { bottleneckBlock } from "./bottleneck_block.ts";
export { type ConvNormNames, type ConvNormOptions, convNormRelu } from "./conv_norm_relu.ts";
export { denseBlock, type DenseBlockOptions } from "./dense_block.ts";
export {
  type InceptionFilters,
  inceptionModule,
  type InceptionOptions,
} from "./inception_module.ts";
export { type NaiveFilters, naiveInceptionModule } from "./naive_inception_module.ts";
export { residualBlock, type ResidualOptions } from "./residual_block.ts";
export type { Shortcut } from "./shortcut.ts";
export { transition, type TransitionOptions } from "./transition.ts";
