import { checkOptions } from "../../arguments.ts";
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
}

const OPTIONS: Record<keyof BatchNormOptions, true> = { epsilon: true };
const FIXED_OPTIONS: Record<keyof FixedBatchNormOptions, true> = { ...OPTIONS, activation: true };

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
 * `[..., channels]`, the others are `[channels]`. An `activation` is applied on the way. From Ioffe and Szegedy, "Batch normalization:
 * accelerating deep network training by reducing internal covariate shift", 2015.
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
      checkOptions("normalise a batch", options, FIXED_OPTIONS);
      const name = "normalise a batch", x = channels(name, value);
      const rate = inverseDeviation(perChannel(name, "the variance", variance, x), options);
      const scale = mul(perChannel(name, "gamma", gamma, x), rate);
      return normalizeChannels(x, mean, scale, beta, options.activation);
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
 * Forward takes two passes over `x`, backward two over `x` and `dy`. From Ioffe and Szegedy,
 * "Batch normalization", 2015.
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
  [x: TensorLike, gamma: TensorLike, beta: TensorLike, options?: BatchNormOptions],
  NormalizedBatch
> = composite(
  (
    value: TensorLike,
    gammas: TensorLike,
    betas: TensorLike,
    options: BatchNormOptions = {},
  ): NormalizedBatch =>
    tidy(() => {
      checkOptions("normalise a batch", options, OPTIONS);
      const name = "normalise a batch", batch = channels(name, value);
      const [mean, variance] = channelRows(channelMoments(batch));
      const normalize = customGrad((x, gamma, beta) => {
        const rate = inverseDeviation(variance, options), scale = mul(gamma, rate);
        return {
          value: normalizeChannels(x, mean, scale, beta),
          gradient: (dy) => {
            const [byBeta, products] = channelRows(channelSums(dy, x, mean));
            const byGamma = mul(products, rate), perPlace = mul(scale, -mean.size / x.size);
            const across = mul(perPlace, mul(byGamma, rate));
            const dx = blendChannels(dy, x, mean, scale, across, mul(perPlace, byBeta));
            return [dx, byGamma, byBeta];
          },
        };
      });
      const y = normalize(
        batch,
        perChannel(name, "gamma", gammas, batch),
        perChannel(name, "beta", betas, batch),
      );
      return { y, mean: stopGradient(mean), variance: stopGradient(variance) };
    }),
  [[4, 3], [2, 3, 3, 6], [9, 33], [7, 1], [130, 7]].map((shape) => {
    const n = shape[shape.length - 1];
    return {
      name: `[${shape}]`,
      inputs: [floats(shape, -2, 2), each(n, 0.5, 2), each(n, -1, 1)],
      call: (x, gamma, beta) => batchNormTraining(x, gamma, beta).y,
    };
  }),
);
