/** Every channel with mean 0 and variance 1. */
import {
  type CallContext,
  type Constraint,
  formatSizes,
  type Initializer,
  initializerOf,
  kernelOptions,
  Layer,
  type LayerOptions,
  type Regularizer,
  type Shape,
  type Variable,
} from "@neurite/nn";
import {
  add,
  batchNorm,
  batchNormTraining,
  mul,
  ones,
  type Rng,
  ShapeError,
  type Tensor,
  transpose,
  zeros,
} from "@neurite/tensor";

/** The options of {@linkcode BatchNormalization}. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis of the channels, counted with the batch in front; -1, the last, by default. */
  axis?: number;
  /** How much of the running statistics each batch leaves as it is; 0.99 by default. */
  momentum?: number;
  /** What is added to the variance, so that nothing is divided by 0; 1e-3 by default. */
  epsilon?: number;
  /** Whether `beta` is added; `true` by default. */
  center?: boolean;
  /** Whether `gamma` is a factor; `true` by default. */
  scale?: boolean;
  /** The start values of `beta`; `"zeros"` by default. */
  betaInitializer?: string | Initializer;
  /** The start values of `gamma`; `"ones"` by default. */
  gammaInitializer?: string | Initializer;
  /** The start values of the running mean; `"zeros"` by default. */
  movingMeanInitializer?: string | Initializer;
  /** The start values of the running variance; `"ones"` by default. */
  movingVarianceInitializer?: string | Initializer;
  /** What is added to the loss for the size of `beta`. */
  betaRegularizer?: Regularizer;
  /** What is added to the loss for the size of `gamma`. */
  gammaRegularizer?: Regularizer;
  /** What keeps `beta` in bounds. */
  betaConstraint?: Constraint;
  /** What keeps `gamma` in bounds. */
  gammaConstraint?: Constraint;
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
 * Keras. PyTorch's momentum is 1 less this one, and its running variance that of a sample.
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
 * import { BatchNormalization } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 *
 * const layer = new BatchNormalization({ epsilon: 0, inputShape: [1] });
 * const model = new Sequential([layer]);
 * model.setWeights([[1], [0], [20], [100]]); // gamma, beta, moving mean and variance
 * assertEquals(model.predict([[10], [40]]).array(), [[-1], [2]]);
 * ```
 */
export class BatchNormalization extends Layer {
  /** The name in files. */
  static readonly className = "BatchNormalization";
  /** The name of the class. */
  readonly className: string = BatchNormalization.className;
  /** The axis of the channels, counted with the batch in front. */
  readonly axis: number;
  /** How much of the running statistics each batch leaves as it is. */
  readonly momentum: number;
  /** What is added to the variance. */
  readonly epsilon: number;
  /** Whether `beta` is added. */
  readonly center: boolean;
  /** Whether `gamma` is a factor. */
  readonly scale: boolean;
  readonly #options: BatchNormalizationOptions;
  #gamma: Variable | undefined;
  #beta: Variable | undefined;
  #movingMean: Variable | undefined;
  #movingVariance: Variable | undefined;

  /** A layer with these options. */
  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const { axis = -1, momentum = 0.99, epsilon = 1e-3, center = true, scale = true } = options;
    const rules: [string, number, boolean, string][] = [
      ["axis", axis, Number.isSafeInteger(axis) && axis !== 0, "a whole number other than 0"],
      ["momentum", momentum, momentum >= 0 && momentum <= 1, "between 0 and 1"],
      ["epsilon", epsilon, epsilon >= 0 && epsilon < Infinity, "0 or more"],
    ];
    for (const [name, value, fits, rule] of rules) {
      if (fits) continue;
      throw new RangeError(
        `Cannot make a BatchNormalization layer as ${name} must be ${rule}: current ${value}`,
      );
    }
    this.axis = axis;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.center = center;
    this.scale = scale;
    this.#options = {
      ...options,
      betaInitializer: initializerOf(options.betaInitializer ?? "zeros"),
      gammaInitializer: initializerOf(options.gammaInitializer ?? "ones"),
      movingMeanInitializer: initializerOf(options.movingMeanInitializer ?? "zeros"),
      movingVarianceInitializer: initializerOf(options.movingVarianceInitializer ?? "ones"),
    };
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
    const options = this.#options, sizes = [this.#channels(shape)];
    const add = (
      name: string,
      initializer: string | Initializer | undefined,
      regularizer?: Regularizer,
      constraint?: Constraint,
    ) => this.addWeight(name, sizes, initializerOf(initializer!), rng, { regularizer, constraint });
    if (this.scale) {
      const { gammaInitializer, gammaRegularizer, gammaConstraint } = options;
      this.#gamma = add("gamma", gammaInitializer, gammaRegularizer, gammaConstraint);
    }
    if (this.center) {
      const { betaInitializer, betaRegularizer, betaConstraint } = options;
      this.#beta = add("beta", betaInitializer, betaRegularizer, betaConstraint);
    }
    this.#movingMean = add("moving_mean", options.movingMeanInitializer);
    this.#movingVariance = add("moving_variance", options.movingVarianceInitializer);
    for (const moving of [this.#movingMean, this.#movingVariance]) moving.trainable = false;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[], { training }: CallContext): Tensor {
    const last = x.rank - 1, at = this.axis < 0 ? x.rank + this.axis : this.axis;
    if (at === last) return this.#normalize(x, training);
    // The channels trade places with the last axis, and back.
    const order = x.shape.map((_, i) => i === at ? last : i === last ? at : i);
    return transpose(this.#normalize(transpose(x, order), training), order);
  }

  #normalize(x: Tensor, training: boolean): Tensor {
    const { epsilon, momentum } = this, sizes = [x.shape[x.rank - 1]];
    const gamma = this.#gamma?.value ?? ones(sizes), beta = this.#beta?.value ?? zeros(sizes);
    const movingMean = this.#movingMean!.value, movingVariance = this.#movingVariance!.value;
    if (!(training && this.trainable)) {
      return batchNorm(x, movingMean, movingVariance, gamma, beta, { epsilon });
    }
    const { y, mean, variance } = batchNormTraining(x, gamma, beta, { epsilon });
    for (const [moving, now] of [[movingMean, mean], [movingVariance, variance]]) {
      moving.assign(add(mul(moving, momentum), mul(now, 1 - momentum)));
    }
    return y;
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { axis, momentum, epsilon, center, scale } = this;
    const parts = Object.entries(this.#options).flatMap(([name, part]) =>
      typeof part?.toConfig === "function" ? [[name, part.toConfig()]] : []
    );
    return {
      ...super.getConfig(),
      ...{ axis, momentum, epsilon, center, scale },
      ...Object.fromEntries(parts),
    };
  }

  /** Makes a layer of what `getConfig` gave. */
  static fromConfig(config: Record<string, unknown>): BatchNormalization {
    return new BatchNormalization(kernelOptions(config));
  }
}
