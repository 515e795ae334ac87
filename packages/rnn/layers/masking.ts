import { type CallContext, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { expandDims, max, mul, notEqual, ShapeError, type Tensor } from "@neurite/tensor";

/** The options of {@linkcode Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** The number that all features of a step have that is not there; 0 by default. */
  maskValue?: number;
}

/**
 * Leaves out the steps of a sequence `[batch, time, features]` whose features are all `maskValue`: they
 * fill short sequences up. Recurrent layers pass over them, losses and metrics do not count them.
 * What is masked comes out as zeros. Keras's `Masking`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Input, Sequential } from "@neurite/nn";
 * import { Masking, SimpleRNN } from "@neurite/rnn";
 *
 * const model = new Sequential([
 *   new Input({ shape: [null, 1] }),
 *   new Masking({ maskValue: -1 }),
 *   new SimpleRNN(1, { activation: "relu" }),
 * ]);
 * model.setWeights([[[1]], [[2]], [1]]); // h_t = max(0, x_t + 2 h_{t-1} + 1)
 * assertEquals(model.predict([[[3], [-1], [-1]]]).array(), [[4]]);
 * ```
 */
export class Masking extends Layer {
  /** The names of its options. */
  static override readonly options: Known<MaskingOptions> = { ...Layer.options, maskValue: true };
  /** The number that all features of a step have that is not there. */
  readonly maskValue: number;

  /** A layer that leaves such steps out; throws `RangeError` for NaN, which equals nothing. */
  constructor(options: MaskingOptions = {}) {
    super(options);
    const { maskValue = 0 } = options;
    if (Number.isNaN(maskValue)) {
      throw new RangeError("Cannot mask steps as maskValue must be a number: current NaN");
    }
    this.maskValue = maskValue;
  }

  /** The shape of the result. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    if (shape.length === 2) return shape;
    throw new ShapeError("mask steps", "an example must be a sequence [time, features]");
  }

  /** The sequence; sets its mask. */
  override call([x]: readonly Tensor[], { masks }: CallContext): Tensor {
    const mask = max(notEqual(x, this.maskValue), { axis: 2 }), y = mul(x, expandDims(mask, 2));
    masks?.set(y, mask);
    return y;
  }
}
