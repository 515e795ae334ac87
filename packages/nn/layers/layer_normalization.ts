/** Every example with mean 0 and variance 1. */
import {
  add,
  div,
  mean,
  mul,
  reshape,
  type Rng,
  ShapeError,
  sqrt,
  square,
  sub,
  type Tensor,
} from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import type { Masks } from "../layer.ts";
import { NormalizationLayer, type NormalizationOptions } from "../normalization_layer.ts";
import { formatSizes, only, type Shape } from "../shape.ts";

/** The options of {@linkcode LayerNormalization}. */
export interface LayerNormalizationOptions extends NormalizationOptions {
  /** The axis or axes that are normalized, counted with the batch in front; -1, the last, by default. */
  axis?: number | readonly number[];
}

/**
 * Brings every example, by itself, to mean 0 and variance 1 along the given axes, then to a mean `beta`
 * and a deviation `gamma` that are learnt, one of each for each place:
 *
 * `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`
 *
 * The variance is that of a population. Training and prediction are the same, and so is the result of
 * an example in a batch of any size: unlike {@linkcode BatchNormalization} it suits recurrent networks
 * and small batches. From Ba, Kiros and Hinton, "Layer normalization", 2016. Names and defaults are
 * Keras's (`epsilon` is 1e-5 in PyTorch).
 *
 * Weights: `gamma` and `beta`, of the sizes along the axes.
 *
 * Throws `RangeError` for a negative epsilon or an axis that is the batch, `ShapeError` where an axis is
 * not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LayerNormalization, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new LayerNormalization({ epsilon: 0 })]);
 * assertEquals(model.predict([[1, 3], [10, 30]]).array(), [[-1, 1], [-1, 1]]);
 * ```
 */
export class LayerNormalization extends NormalizationLayer {
  /** The names of its options. */
  static override readonly options: Known<LayerNormalizationOptions> = {
    ...NormalizationLayer.options,
    axis: true,
  };
  /** The axis or axes that are normalized, counted with the batch in front. */
  readonly axis: number | readonly number[];

  /** A layer with these options. */
  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    const { axis = -1 } = options, axes = typeof axis === "number" ? [axis] : axis;
    if (axes.length === 0 || !axes.every((n) => Number.isSafeInteger(n) && n !== 0)) {
      throw new RangeError(
        "Cannot make a LayerNormalization layer as its axes must be integers other than 0, the " +
          `batch: current ${JSON.stringify(axis)}`,
      );
    }
    this.axis = axis;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = only("compute LayerNormalization", inputShapes);
    this.#axes(shape);
    return shape;
  }

  /** The axes in rising order, counted with the batch in front. */
  #axes(shape: Shape): number[] {
    const rank = shape.length + 1, axes = typeof this.axis === "number" ? [this.axis] : this.axis;
    const found = [...new Set(axes.map((n) => n < 0 ? rank + n : n))].sort((a, b) => a - b);
    if (found.length === axes.length && found.every((n) => typeof shape[n - 1] === "number")) {
      return found;
    }
    throw new ShapeError(
      "compute LayerNormalization",
      `axis ${axes.join(", ")}, with the batch in front, must be there once and of a known size`,
      [],
      formatSizes(shape),
    );
  }

  /** Makes the weights. */
  protected override build([shape]: readonly Shape[], rng: Rng): void {
    this.makeScale(this.#axes(shape).map((n) => shape[n - 1]!), rng);
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const axis = this.#axes(x.shape.slice(1)), along = { axis, keepDims: true };
    const sizes = x.shape.map((n, i) => axis.includes(i) ? n : 1);
    const centred = sub(x, mean(x, along));
    const deviation = sqrt(add(mean(square(centred), along), this.epsilon));
    const scaled = (y: Tensor) => this.gamma ? mul(y, reshape(this.gamma, sizes)) : y;
    const y = scaled(div(centred, deviation));
    return this.beta ? add(y, reshape(this.beta, sizes)) : y;
  }
}
