/** Noise on the inputs: examples that are never twice the same. */
import { type CallContext, Layer, type LayerOptions, type Masks, type Shape } from "@neurite/nn";
import { add, normal, type Tensor } from "@neurite/tensor";

/**
 * In training, adds normally distributed noise of mean 0: `y = x + ε`, `ε ~ N(0, stddev²)`. At
 * prediction it does nothing.
 *
 * Throws `RangeError` unless the standard deviation is a finite number of at least 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { GaussianNoise } from "@neurite/regularization";
 * import { Rng, variance, zeros } from "@neurite/tensor";
 *
 * const layer = new GaussianNoise(0.5);
 * const y = layer.call([zeros([100, 100])], { training: true, rng: new Rng(1) });
 * assertAlmostEquals(variance(y).item(), 0.25, 0.01);
 * ```
 */
export class GaussianNoise extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["stddev"];
  /** The standard deviation of the noise. */
  readonly stddev: number;

  /** A layer that adds noise of this standard deviation. */
  constructor(stddev: number, options: LayerOptions = {}) {
    super(options);
    if (!(stddev >= 0 && Number.isFinite(stddev))) {
      throw new RangeError(
        `Cannot make noise as its standard deviation must be finite and at least 0: current ${stddev}`,
      );
    }
    this.stddev = stddev;
  }

  /** The shape of an example of the result. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** The result for a batch. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (!training || this.stddev === 0) return x;
    return add(x, normal(x.shape, 0, this.stddev, { rng }));
  }
}
