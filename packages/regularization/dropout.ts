/** Dropout: a network that cannot rely on any one of its units. */
import {
  type CallContext,
  type Known,
  Layer,
  type LayerOptions,
  type Masks,
  type Shape,
} from "@neurite/nn";
import { dropout, type Tensor } from "@neurite/tensor";

/** The options of {@linkcode Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /**
   * The shape in which is chosen what to drop, with the batch in front, `null` for the size of the
   * input: `[null, 1, 64]` drops the same units at every step of a sequence.
   */
  noiseShape?: Shape;
}

/**
 * In training each unit is dropped with probability `rate`, and what stays is scaled up, so that
 * the sum that the next layer sees keeps its expected value (inverted dropout):
 *
 * `y_i = m_i x_i / (1 - rate)` with `m_i = 0` with probability `rate`, else 1
 *
 * The units that were dropped in the forward pass are dropped in the backward pass: their weights do not
 * learn from this example. At prediction nothing is dropped and nothing is scaled.
 *
 * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014. Not
 * for the last layer: its outputs are the answer.
 *
 * Throws `RangeError` unless the rate is from 0 to below 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sequential } from "@neurite/nn";
 * import { Dropout } from "@neurite/regularization";
 * import { ones, Rng } from "@neurite/tensor";
 *
 * const layer = new Dropout(0.5);
 * const y = layer.call([ones([1000])], { training: true, rng: new Rng(1) }).dataSync();
 * assertEquals([...new Set(y)].sort(), [0, 2]); // dropped, or doubled
 * assertEquals(new Sequential([layer]).predict([[1, 2]]).array(), [[1, 2]]);
 * ```
 */
export class Dropout extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["rate"];
  /** The names of its options. */
  static override readonly options: Known<DropoutOptions> = { ...Layer.options, noiseShape: true };
  /** The share of units that are dropped. */
  readonly rate: number;
  /** The shape in which is chosen what to drop, where it was given. */
  readonly noiseShape: Shape | undefined;

  /** A layer that drops this share of units. */
  constructor(rate: number, options: DropoutOptions = {}) {
    super(options);
    if (!(rate >= 0 && rate < 1)) {
      throw new RangeError(
        `Cannot make a dropout layer as its rate must be from 0 to below 1: current ${rate}`,
      );
    }
    this.rate = rate;
    this.noiseShape = options.noiseShape;
  }

  /** The shape of an example of the result. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }

  /** The shape of the mask for an input; `undefined` for one of its own for every unit. */
  protected maskShape(x: Tensor): readonly number[] | undefined {
    return this.noiseShape?.map((n, i) => n ?? x.shape[i]);
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** The result for a batch. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (!training || this.rate === 0) return x;
    return dropout(x, this.rate, { rng, noiseShape: this.maskShape(x) });
  }
}
