/** Operations that gradients and layers are made of: for packages of ours. */
export { reluGradient } from "./elementwise/relu.ts";
export { sigmoidGradient } from "./elementwise/sigmoid.ts";
export { tanhGradient } from "./elementwise/tanh.ts";
export { avgPool2dGradient } from "./image/avg_pool2d.ts";
export * from "./image/conv2d_filter_gradient.ts";
export { maxPool2dGradient, maxPool2dPick } from "./image/max_pool2d.ts";
export { upsample2dGradient } from "./image/upsample2d.ts";
export * from "./image/upsampled_conv2d.ts";
export { type Ranking, topKIndices } from "./index/top_k.ts";
export * from "./loss/scaled_difference.ts";
export * from "./loss/softmax_cross_entropy_gradient.ts";
export { localResponseNormalizationGradient } from "./norm/local_response_normalization.ts";
export { channelMoments } from "./norm/moments.ts";
export * from "./norm/normalize_channels.ts";
export * from "./recurrent/recurrent_forward.ts";
export * from "./recurrent/recurrent_gradient.ts";
export { recurrentKernelGradient } from "./recurrent/recurrent_kernel_gradient.ts";
export * from "./recurrent/recurrent_output.ts";
