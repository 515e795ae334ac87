/** The networks. */
export { alexNet, type AlexNetOptions, type AlexNetVariant } from "./alex_net.ts";
export { denseNet, type DenseNetDepth } from "./dense_net.ts";
export { denseNetCifar, type DenseNetCifarOptions } from "./dense_net_cifar.ts";
export { googLeNet, type GoogLeNetOptions } from "./goog_le_net.ts";
export { resNet, type ResNetDepth } from "./res_net.ts";
export { plainCifar, resNetCifar, type ResNetCifarOptions } from "./res_net_cifar.ts";
export { vgg, type VggDepth, type VggOptions } from "./vgg.ts";
