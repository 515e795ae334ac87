/** Every feature with mean 0 and variance 1, by the mean and variance of the data. */
import {
  add,
  asTensor,
  DataError,
  div,
  globalRng,
  maximum,
  mean,
  mul,
  reshape,
  type Rng,
  ShapeError,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { valuesOnHost } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { initializerOf } from "../initializers/mod.ts";
import { Layer, type LayerOptions, type Masks } from "../layer.ts";
import { formatSizes, only, type Shape } from "../shape.ts";
import type { Variable } from "../variable.ts";

/** A number for each feature, or one for all; nested as the axes are, or not. */
export type Statistic = number | readonly Statistic[];

/** The options of {@linkcode Normalization}. */
export interface NormalizationLayerOptions extends LayerOptions {
  /**
   * The axis or axes whose places each have a mean and variance of their own, counted with the batch in
   * front; -1, the features, by default. `null`: one mean and one variance for all numbers.
   */
  axis?: number | readonly number[] | null;
  /** The mean, where it is known; needs `variance`. */
  mean?: Statistic;
  /** The variance, where it is known; needs `mean`. */
  variance?: Statistic;
  /** Whether it does the opposite: `x deviation + mean`; `false` by default. */
  invert?: boolean;
}

/** The least deviation that is divided by: Keras's epsilon. */
const LEAST = 1e-7;

/**
 * Brings every feature to mean 0 and variance 1, by the mean and variance of the training data, which
 * {@linkcode Normalization.adapt} takes before the training, and which are saved with the model, so that
 * it can be given data as they are measured:
 *
 * `y = (x - mean) / max(sqrt(variance), 1e-7)`
 *
 * The variance is that of a population. Nothing is learnt, and training and prediction are the same:
 * unlike {@linkcode BatchNormalization} it knows its statistics from the beginning. Before `adapt` it
 * leaves the numbers as they are. Names and defaults are Keras's.
 *
 * Weights, none of them trained: `mean` and `variance`, of the sizes along the axes, and `count`, the
 * number of examples that they are of. With `mean` and `variance` as options there are none.
 *
 * Throws `RangeError` for an axis that is the batch, for a mean without a variance, and for a variance
 * below 0; `ShapeError` where an axis is not there or the statistics are of another size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Normalization, Sequential } from "@neurite/nn";
 *
 * const x = [[1, 100], [3, 300]]; // Two features.
 * const normalization = new Normalization();
 * normalization.adapt(x);
 * const model = new Sequential([normalization, new Dense(1)]);
 * assertEquals(new Sequential([normalization]).predict(x).array(), [[-1, -1], [1, 1]]);
 * assertEquals(model.predict(x).shape, [2, 1]);
 * ```
 */
export class Normalization extends Layer {
  /** The names of its options. */
  static override readonly options: Known<NormalizationLayerOptions> = {
    ...Layer.options,
    axis: true,
    mean: true,
    variance: true,
    invert: true,
  };
  /** The axis or axes with a mean and variance for each place; `null` for one of all numbers. */
  readonly axis: number | readonly number[] | null;
  /** The mean, where it was given. */
  readonly mean: Statistic | undefined;
  /** The variance, where it was given. */
  readonly variance: Statistic | undefined;
  /** Whether it does the opposite. */
  readonly invert: boolean;
  #weights: { mean: Variable; variance: Variable; count: Variable } | undefined;

  /** A layer with these options. */
  constructor(options: NormalizationLayerOptions = {}) {
    super(options);
    const { axis = -1, mean, variance, invert = false } = options;
    const refuse = (rule: string, found: unknown) => {
      throw new RangeError(
        `Cannot make a Normalization layer as ${rule}: current ${JSON.stringify(found)}`,
      );
    };
    if (!axesOf(axis).every((n) => Number.isSafeInteger(n) && n !== 0)) {
      refuse("its axes must be integers other than 0, the batch", axis);
    }
    if ((mean === undefined) !== (variance === undefined)) {
      refuse("mean and variance must be given together, or neither", { mean, variance });
    }
    if (!numbersOf(mean).every(Number.isFinite)) refuse("its mean must be finite numbers", mean);
    if (!numbersOf(variance).every((n) => Number.isFinite(n) && n >= 0)) {
      refuse("its variance must be finite numbers of at least 0", variance);
    }
    this.axis = axis;
    this.mean = mean;
    this.variance = variance;
    this.invert = invert;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = only("compute Normalization", inputShapes);
    const wanted = this.sizesBeside(shape).reduce((product, n) => product * n, 1);
    const given = [this.mean, this.variance].filter((one) => typeof one === "object");
    const found = this.#weights ? [this.#weights.mean.value.size] : given.map(countOf);
    const wrong = found.find((n) => n !== wanted);
    if (wrong === undefined) return shape;
    throw new ShapeError(
      "compute Normalization",
      `each of ${wanted} features must have a mean and a variance, and there are ${wrong}`,
      [],
      formatSizes(shape),
    );
  }

  /** The axes with statistics of their own, in rising order, counted with the batch in front. */
  #axes(shape: Shape): number[] {
    const rank = shape.length + 1, axes = axesOf(this.axis);
    const found = [...new Set(axes.map((n) => n < 0 ? rank + n : n))].sort((a, b) => a - b);
    if (found.length === axes.length && found.every((n) => typeof shape[n - 1] === "number")) {
      return found;
    }
    throw new ShapeError(
      "compute Normalization",
      `axis ${axes.join(", ")}, with the batch in front, must be there once and of a known size`,
      [],
      formatSizes(shape),
    );
  }

  /** The sizes of the statistics beside a batch of this shape: those along the axes, else 1. */
  sizesBeside(shape: Shape): number[] {
    const axes = this.#axes(shape);
    return [1, ...shape.map((n, i) => axes.includes(i + 1) ? n! : 1)];
  }

  /** Makes the weights. */
  protected override build([shape]: readonly Shape[], rng: Rng): void {
    if (this.mean !== undefined) return;
    const sizes = this.#axes(shape).map((n) => shape[n - 1]!), fixed = { trainable: false };
    const zeros = initializerOf("zeros"), ones = initializerOf("ones");
    this.#weights = {
      mean: this.addWeight("mean", sizes, zeros, rng, fixed),
      variance: this.addWeight("variance", sizes, ones, rng, fixed),
      count: this.addWeight("count", [], zeros, rng, fixed),
    };
  }

  /**
   * Takes mean and variance of data `[n, ...]`, in place of those that were there. Call it before the
   * training, with the examples that are trained with and no others.
   *
   * @throws {TypeError} if mean and variance were given as options.
   * @throws {ShapeError} if there is no example, or there are other features than before.
   * @throws {DataError} if a mean or a variance is not finite, where the host can see it; nothing is
   * changed then.
   */
  adapt(data: TensorLike): void {
    if (this.mean !== undefined) {
      throw new TypeError(
        `Cannot adapt layer "${this.name}" as its mean must come from the data: current ` +
          `${JSON.stringify(this.mean)}, given as an option`,
      );
    }
    tidy(() => {
      const x = asTensor(data, this.#weights?.mean.value.backend), shape = x.shape.slice(1);
      if (x.size === 0 || x.rank === 0) {
        throw new ShapeError("adapt a Normalization layer", "there must be an example", [x.shape]);
      }
      this.computeOutputShape([shape]);
      const axes = this.#axes(shape);
      const along = {
        axis: x.shape.flatMap((_, i) => axes.includes(i) ? [] : [i]),
        keepDims: true,
      };
      const centre = mean(x, along), spread = mean(square(sub(x, centre)), along);
      checkFinite(this.name, ...(x.backend.synchronous ? [centre, spread] : [x]));
      this.ensureBuilt([shape], globalRng());
      const weights = this.#weights!;
      weights.mean.value.assign(reshape(centre, weights.mean.value.shape));
      weights.variance.value.assign(reshape(spread, weights.variance.value.shape));
      weights.count.value.assign(tensor(x.shape[0]));
    });
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const sizes = this.sizesBeside(x.shape.slice(1));
    const beside = (given: Statistic | undefined, weight: Variable | undefined) => {
      if (typeof given === "number") return tensor(given);
      return reshape(weight?.value ?? tensor(numbersOf(given)), sizes);
    };
    const mean = beside(this.mean, this.#weights?.mean);
    const deviation = maximum(sqrt(beside(this.variance, this.#weights?.variance)), LEAST);
    return this.invert ? add(mul(x, deviation), mean) : div(sub(x, mean), deviation);
  }
}

/** Refuses numbers that are not finite: a single one makes the statistics of its feature so. */
function checkFinite(name: string, ...tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    const found = Array.from(valuesOnHost(tensor) ?? []).find((value) => !Number.isFinite(value));
    if (found === undefined) continue;
    throw new DataError(
      `Cannot adapt layer "${name}" as the data must be finite numbers: current ${found} among them ` +
        "or their mean and variance. Leave out or fill in what is missing first",
      { found },
    );
  }
}

/** The axes as a list. */
function axesOf(axis: Normalization["axis"]): readonly number[] {
  return axis === null ? [] : typeof axis === "number" ? [axis] : axis;
}

/** How many numbers a statistic has. */
const countOf = (statistic: Statistic | undefined): number => numbersOf(statistic).length;

/** The numbers of a statistic, one after the other. */
function numbersOf(statistic: Statistic | undefined): number[] {
  if (statistic === undefined) return [];
  return typeof statistic === "number" ? [statistic] : statistic.flatMap(numbersOf);
}
