/** Losses: how far predictions are off. */
export { BinaryCrossentropy } from "./binary_crossentropy.ts";
export { CategoricalCrossentropy } from "./categorical_crossentropy.ts";
export { ElementwiseLoss } from "./elementwise_loss.ts";
export type { LossFunction } from "./function_loss.ts";
export { Huber, type HuberOptions } from "./huber.ts";
export { KLDivergence } from "./kl_divergence.ts";
export { Loss, losses } from "./loss.ts";
export { type LossName, lossNames, lossOf, namedLosses } from "./loss_of.ts";
export { MeanAbsoluteError } from "./mean_absolute_error.ts";
export { MeanSquaredError } from "./mean_squared_error.ts";
export { Poisson } from "./poisson.ts";
export type { CrossentropyOptions, SmoothedCrossentropyOptions } from "./probabilities.ts";
export { SparseCategoricalCrossentropy } from "./sparse_categorical_crossentropy.ts";
