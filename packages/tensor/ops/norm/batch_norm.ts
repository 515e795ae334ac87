import { checkOneOf, checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { customGrad, stopGradient } from "../../tape.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { channelRows, channels, perChannel } from "../rules/channels.ts";
import { div } from "../elementwise/div.ts";
import type { FusedActivation } from "../rules/fused_activation.ts";
import { channelMoments } from "./moments.ts";
import { mul } from "../elementwise/mul.ts";
import { blendChannels, channelSums, normalizeChannels } from "./normalize_channels.ts";
import { reluGradient } from "../elementwise/relu.ts";
import { sqrt } from "../elementwise/sqrt.ts";

/** What batch normalisation takes beside tensors. */
export interface BatchNormOptions {
  /** What is added to the variance, so that nothing is divided by 0; 1e-3 by default. */
  readonly epsilon?: number;
}

/** What batch normalisation with given statistics takes beside tensors. */
export interface FixedBatchNormOptions extends BatchNormOptions {
  /** A function that is applied to every element in the end; `linear` by default. */
  readonly activation?: FusedActivation;
  /** What is added before that, of the shape of `x`. */
  readonly residual?: TensorLike;
}

/** What batch normalisation with the statistics of the batch takes beside tensors. */
export interface TrainingBatchNormOptions extends BatchNormOptions {
  /** What is applied to every element in the end; `linear` by default. */
  readonly activation?: "linear" | "relu";
  /** What is added before that, of the shape of `x`. */
  readonly residual?: TensorLike;
}

const OPTIONS: Record<keyof FixedBatchNormOptions, true> = {
  epsilon: true,
  activation: true,
  residual: true,
};

/** 1 / sqrt(variance + epsilon). */
function inverseDeviation(variance: Tensor, { epsilon = 1e-3 }: BatchNormOptions): Tensor {
  if (!(epsilon >= 0 && epsilon < Infinity)) {
    throw new RangeError(
      `Cannot normalise a batch as epsilon must be 0 or more: current ${epsilon}`,
    );
  }
  return div(1, sqrt(add(variance, epsilon)));
}

const each = (n: number, low: number, high: number) => floats([n], low, high);

/**
 * Batch normalisation with given statistics, as a trained network predicts:
 * `y = gamma (x - mean) / sqrt(variance + epsilon) + beta` for each channel. `x` is
 * `[..., channels]`, the others are `[channels]`. A `residual` is added and an `activation` applied on
 * the way. From Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing
 * internal covariate shift", 2015.
 *
 * `dy/dx = gamma / sqrt(variance + epsilon)`; every other argument has its gradient too.
 *
 * Throws `ShapeError` unless there is one number of each kind for each channel.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { batchNorm } from "@neurite/tensor";
 *
 * const y = batchNorm([[1, 10], [3, 30]], [2, 20], [4, 100], [1, 2], [0, 5], { epsilon: 0 });
 * assertEquals(y.array(), [[-0.5, 3], [0.5, 7]]);
 * ```
 */
export const batchNorm: Composite<
  [
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    options?: FixedBatchNormOptions,
  ]
> = composite(
  (
    value: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    options: FixedBatchNormOptions = {},
  ) =>
    tidy(() => {
      checkOptions("normalise a batch", options, OPTIONS);
      const name = "normalise a batch", x = channels(name, value);
      const rate = inverseDeviation(perChannel(name, "the variance", variance, x), options);
      const scale = mul(perChannel(name, "gamma", gamma, x), rate);
      return normalizeChannels(x, mean, scale, beta, options.activation, options.residual);
    }),
  [[4, 3], [2, 3, 3, 6], [5, 33]].map((shape) => {
    const n = shape[shape.length - 1];
    return {
      name: `[${shape}]`,
      inputs: [
        floats(shape, -2, 2),
        each(n, -1, 1),
        each(n, 0.5, 2),
        each(n, 0.5, 2),
        each(n, -1, 1),
      ],
      call: (x, mean, variance, gamma, beta) => batchNorm(x, mean, variance, gamma, beta),
    };
  }),
);

/** What {@linkcode batchNormTraining} gives. */
export interface NormalizedBatch {
  /** The normalised batch. */
  y: Tensor;
  /** The means of the channels, `[channels]`; a constant. */
  mean: Tensor;
  /** The variances of the channels (of a population), `[channels]`; a constant. */
  variance: Tensor;
}

/**
 * Batch normalisation with the statistics of the batch itself, as a network trains:
 * `y = gamma h + beta` with `h = (x - mean) r` and `r = 1 / sqrt(variance + epsilon)`, for each
 * channel. `x` is `[..., channels]`, `gamma` and `beta` are `[channels]`. The mean and the variance
 * are given too, for running averages; no gradient flows through them there.
 *
 * With `m` places in each channel:
 *
 * - `dC/dgamma = sum(dy h)`, `dC/dbeta = sum(dy)`
 * - `dC/dx = (gamma r / m) (m dy - sum(dy) - h sum(dy h))`
 *
 * A `residual` is added and a ReLU applied on the way, where they are asked for: then `dy` above is
 * the gradient that has passed the ReLU, which is also that of the residual.
 *
 * Forward takes two passes over `x`, backward two over `x` and `dy`. From Ioffe and Szegedy,
 * "Batch normalization", 2015. Throws `RangeError` for another activation, which is none that a batch
 * normalisation in training applies on the way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { batchNormTraining } from "@neurite/tensor";
 *
 * const { y, mean, variance } = batchNormTraining([[1], [5]], [3], [10], { epsilon: 0 });
 * assertEquals(y.array(), [[7], [13]]);
 * assertEquals(mean.array(), [3]);
 * assertEquals(variance.array(), [4]);
 * ```
 */
export const batchNormTraining: Composite<
  [x: TensorLike, gamma: TensorLike, beta: TensorLike, options?: TrainingBatchNormOptions],
  NormalizedBatch
> = composite(
  (
    value: TensorLike,
    gammas: TensorLike,
    betas: TensorLike,
    options: TrainingBatchNormOptions = {},
  ): NormalizedBatch =>
    tidy(() => {
      checkOptions("normalise a batch", options, OPTIONS);
      const name = "normalise a batch", batch = channels(name, value);
      const { activation = "linear" } = options;
      checkOneOf(name, "the activation", activation, ["linear", "relu"]);
      const [mean, variance] = channelRows(channelMoments(batch));
      const normalize = customGrad((x, gamma, beta, residual) => {
        const rate = inverseDeviation(variance, options), scale = mul(gamma, rate);
        const value = normalizeChannels(x, mean, scale, beta, activation, residual);
        return {
          value,
          gradient: (dy) => {
            const dz = activation === "relu" ? reluGradient(dy, value) : dy;
            const [byBeta, products] = channelRows(channelSums(dz, x, mean));
            const byGamma = mul(products, rate), perPlace = mul(scale, -mean.size / x.size);
            const across = mul(perPlace, mul(byGamma, rate));
            const dx = blendChannels(dz, x, mean, scale, across, mul(perPlace, byBeta));
            return [dx, byGamma, byBeta, dz];
          },
        };
      });
      const y = normalize(
        batch,
        perChannel(name, "gamma", gammas, batch),
        perChannel(name, "beta", betas, batch),
        ...options.residual === undefined ? [] : [channels(name, options.residual, batch.backend)],
      );
      return { y, mean: stopGradient(mean), variance: stopGradient(variance) };
    }),
  [
    ...[[4, 3], [2, 3, 3, 6], [9, 33], [7, 1], [130, 7]].map((shape) => {
      const n = shape[shape.length - 1];
      return {
        name: `[${shape}]`,
        inputs: [floats(shape, -2, 2), each(n, 0.5, 2), each(n, -1, 1)],
        call: (x: Tensor, gamma: Tensor, beta: Tensor) => batchNormTraining(x, gamma, beta).y,
      };
    }),
    ...([[[9, 6], "linear"], [[5, 7, 3], "relu"]] as const).map(([shape, activation]) => {
      const n = shape[shape.length - 1];
      return {
        name: `[${shape}], ${activation} of a sum`,
        inputs: [floats(shape, -2, 2), each(n, 0.5, 2), each(n, -1, 1), floats(shape, -2, 2)],
        call: (x: Tensor, gamma: Tensor, beta: Tensor, residual?: Tensor) =>
          batchNormTraining(x, gamma, beta, { activation, residual }).y,
      };
    }),
  ],
);
