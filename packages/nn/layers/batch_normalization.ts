/** Every channel with mean 0 and variance 1. */
import {
  add,
  batchNorm,
  batchNormTraining,
  broadcastTo,
  div,
  mul,
  neg,
  ones,
  onesLike,
  reshape,
  type Rng,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
  zeros,
} from "@neurite/tensor";
import { activationOf } from "../activations.ts";
import type { Known } from "../configurable.ts";
import { type Initializer, initializerOf } from "../initializers/mod.ts";
import type { CallContext, Epilogue, EpiloguePart, Masks } from "../layer.ts";
import { NormalizationLayer, type NormalizationOptions } from "../normalization_layer.ts";
import { formatSizes, type Shape } from "../shape.ts";
import type { Variable } from "../variable.ts";

/** The options of {@linkcode BatchNormalization}. */
export interface BatchNormalizationOptions extends NormalizationOptions {
  /** The axis of the channels, counted with the batch in front; -1, the last, by default. */
  axis?: number;
  /** How much of the running statistics each batch leaves as it is; 0.99 by default. */
  momentum?: number;
  /** The initial values of the running mean; `"zeros"` by default. */
  movingMeanInitializer?: string | Initializer;
  /** The initial values of the running variance; `"ones"` by default. */
  movingVarianceInitializer?: string | Initializer;
}

/**
 * Brings every channel to mean 0 and variance 1, then to a mean `beta` and a deviation `gamma` that
 * are learnt:
 *
 * `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`
 *
 * In training, mean and variance (of a population) are those of the batch, over all axes but that
 * of the channels, and the running ones follow them: `moving = momentum moving + (1 - momentum) batch`.
 * In prediction the running ones are used, and in a layer that is not `trainable` always, as in
 * Keras. Steps of a sequence that are masked count for neither. PyTorch's momentum is 1 less this one, and its running variance that of a sample.
 *
 * Weights: `gamma`, `beta`, `moving_mean` and `moving_variance`, the last two not trained. From Ioffe
 * and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
 * covariate shift", 2015.
 *
 * Throws `RangeError` for a momentum outside of 0 to 1 or a negative epsilon, `ShapeError` where the
 * axis is not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BatchNormalization, Sequential } from "@neurite/nn";
 *
 * const layer = new BatchNormalization({ epsilon: 0, inputShape: [1] });
 * const model = new Sequential([layer]);
 * model.setWeights([[1], [0], [20], [100]]); // gamma, beta, moving mean and variance
 * assertEquals(model.predict([[10], [40]]).array(), [[-1], [2]]);
 * ```
 */
export class BatchNormalization extends NormalizationLayer {
  /** The names of its options. */
  static override readonly options: Known<BatchNormalizationOptions> = {
    ...NormalizationLayer.options,
    axis: true,
    momentum: true,
    movingMeanInitializer: true,
    movingVarianceInitializer: true,
  };
  /** The axis of the channels, counted with the batch in front. */
  readonly axis: number;
  /** How much of the running statistics each batch leaves as it is. */
  readonly momentum: number;
  /** The initial values of the running mean. */
  readonly movingMeanInitializer: Initializer;
  /** The initial values of the running variance. */
  readonly movingVarianceInitializer: Initializer;
  #movingMean: Variable | undefined;
  #movingVariance: Variable | undefined;

  /** A layer with these options. */
  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const { axis = -1, momentum = 0.99 } = options;
    const rules: [string, number, boolean, string][] = [
      ["axis", axis, Number.isSafeInteger(axis) && axis !== 0, "an integer other than 0"],
      ["momentum", momentum, momentum >= 0 && momentum <= 1, "between 0 and 1"],
    ];
    for (const [name, value, fits, rule] of rules) {
      if (fits) continue;
      throw new RangeError(
        `Cannot make a BatchNormalization layer as ${name} must be ${rule}: current ${value}`,
      );
    }
    this.axis = axis;
    this.momentum = momentum;
    this.movingMeanInitializer = initializerOf(options.movingMeanInitializer ?? "zeros");
    this.movingVarianceInitializer = initializerOf(options.movingVarianceInitializer ?? "ones");
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    this.#channels(shape);
    return shape;
  }

  /** The number of channels of an example. */
  #channels(shape: Shape): number {
    const { axis } = this, count = shape[axis < 0 ? shape.length + axis : axis - 1];
    if (typeof count === "number") return count;
    throw new ShapeError(
      "compute BatchNormalization",
      `the number of channels, along axis ${axis} with the batch in front, must be known`,
      [],
      formatSizes(shape),
    );
  }

  /** Makes the weights. */
  protected override build([shape]: readonly Shape[], rng: Rng): void {
    const sizes = [this.#channels(shape)], fixed = { trainable: false };
    this.makeScale(sizes, rng);
    const { movingMeanInitializer, movingVarianceInitializer } = this;
    this.#movingMean = this.addWeight("moving_mean", sizes, movingMeanInitializer, rng, fixed);
    this.#movingVariance = this.addWeight(
      "moving_variance",
      sizes,
      movingVarianceInitializer,
      rng,
      fixed,
    );
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** Runs the layer. */
  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    return this.callWithEpilogue(inputs, context, { activation: "linear" });
  }

  /** Where it predicts, `y = scale x + shift`: these, made of the statistics and weights as they are. */
  affine(): { scale: Tensor; shift: Tensor } {
    const mean = this.#movingMean!.value, variance = this.#movingVariance!.value;
    const rate = div(this.gamma ?? 1, sqrt(add(variance, this.epsilon)));
    const moved = mul(mean, rate);
    return { scale: rate, shift: this.beta === undefined ? neg(moved) : sub(this.beta, moved) };
  }

  /** A result can be added and an activation applied on the way. */
  override get epilogue(): readonly EpiloguePart[] {
    return this.axis === -1 ? ["sum", "activation"] : [];
  }

  /** The same where it trains. */
  override get trainingEpilogue(): readonly EpiloguePart[] {
    return this.epilogue;
  }

  /** The result with what follows it. */
  override callWithEpilogue(
    [x]: readonly Tensor[],
    { training, masks, across }: CallContext,
    epilogue: Epilogue,
  ): Tensor {
    const last = x.rank - 1, at = this.axis < 0 ? x.rank + this.axis : this.axis;
    const learns = training && this.trainable, mask = learns ? masks?.get(x) : undefined;
    // A mask counts examples, or steps: `[batch]` or `[batch, time]`.
    const there = mask &&
      broadcastTo(reshape(mask, x.shape.map((_, i) => mask.shape[i] ?? 1)), x.shape);
    const sums = learns ? across : undefined;
    if (at === last) return this.#normalize(x, learns, there, sums, epilogue);
    // The channels trade places with the last axis, and back.
    const order = x.shape.map((_, i) => i === at ? last : i === last ? at : i);
    const given = transpose(x, order), counted = there && transpose(there, order);
    return transpose(this.#normalize(given, learns, counted, sums, epilogue), order);
  }

  #normalize(
    x: Tensor,
    learns: boolean,
    there: Tensor | undefined,
    across: CallContext["across"],
    { residual, activation }: Epilogue,
  ): Tensor {
    const { epsilon, momentum } = this, sizes = [x.shape[x.rank - 1]];
    const gamma = this.gamma ?? ones(sizes), beta = this.beta ?? zeros(sizes);
    const movingMean = this.#movingMean!.value, movingVariance = this.#movingVariance!.value;
    if (!learns) {
      const options = { epsilon, residual, activation };
      return batchNorm(x, movingMean, movingVariance, gamma, beta, options);
    }
    const counted = there ?? (across && onesLike(x));
    const inPass = counted === undefined && (activation === "linear" || activation === "relu");
    const { y, mean, variance } = counted !== undefined
      ? normalizeThere(x, counted, gamma, beta, epsilon, across)
      : batchNormTraining(x, gamma, beta, inPass ? { epsilon, residual, activation } : { epsilon });
    for (const [moving, now] of [[movingMean, mean], [movingVariance, variance]]) {
      moving.assign(add(mul(moving, momentum), mul(now, 1 - momentum)));
    }
    return inPass
      ? y
      : activationOf(activation).apply(residual === undefined ? y : add(y, residual));
  }
}

/** What keeps a batch in which nothing is there from a division by 0: Keras's epsilon. */
const NOTHING = 1e-7;

/**
 * Like `batchNormTraining`, with the statistics of those numbers for which `there` is not 0; with sums over
 * several processes by `across`, those of all of them.
 */
function normalizeThere(
  x: Tensor,
  there: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
  across = (x: Tensor) => x,
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const axis = x.shape.slice(0, -1).map((_, i) => i);
  const count = add(across(sum(there, { axis })), NOTHING);
  const mean = div(across(sum(where(there, x, 0), { axis })), count);
  const variance = div(across(sum(where(there, square(sub(x, mean)), 0), { axis })), count);
  return { y: batchNorm(x, mean, variance, gamma, beta, { epsilon }), mean, variance };
}
