/** Several results next to each other. */
import { concat, ones, ShapeError, type Tensor } from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import { Layer, type LayerOptions, type Masks } from "../layer.ts";
import { anyThere } from "../masks.ts";
import { formatSizes, type Shape } from "../shape.ts";

/** The options of {@linkcode Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis, counted with the batch in front as Keras does; -1, the last, by default. */
  axis?: number;
}

/**
 * Puts inputs next to each other along an axis, as where the branches of an inception module meet;
 * all their other sizes are equal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Concatenate, Input, Model } from "@neurite/nn";
 *
 * const a = new Input({ shape: [2] }), b = new Input({ shape: [1] });
 * const model = new Model({ inputs: [a, b], outputs: new Concatenate().apply([a, b]) });
 * assertEquals(model.predict([[[1, 2]], [[3]]]).array(), [[1, 2, 3]]);
 * ```
 */
export class Concatenate extends Layer {
  /** The names of its options. */
  static override readonly options: Known<ConcatenateOptions> = { ...Layer.options, axis: true };
  /** The axis, counted with the batch in front. */
  readonly axis: number;

  /** A layer that concatenates along an axis. */
  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [first, ...others] = inputShapes, { axis } = this;
    const at = axis < 0 ? first.length + axis : axis - 1;
    const fit = others.every((shape) =>
      shape.length === first.length && shape.every((n, i) => i === at || n === first[i])
    );
    if (others.length === 0 || !(at >= 0 && at < first.length) || !fit) {
      throw new ShapeError(
        `concatenate layers along axis ${axis}`,
        "there must be at least two results, alike in all sizes but that one",
        [],
        inputShapes.map(formatSizes).join(" and "),
      );
    }
    const sizes = inputShapes.map((shape) => shape[at]);
    const whole = sizes.includes(null) ? null : sizes.reduce((sum, n) => sum! + n!, 0);
    return first.map((n, i) => i === at ? whole : n);
  }

  /**
   * Where steps come one after the other, so do their masks; else a step is there where it is in any
   * input. All steps of an input without a mask are there, as in Keras.
   */
  override computeMasks(masks: Masks, inputs: readonly Tensor[]): Masks {
    const each = masks.map((mask, i) => mask ?? ones(inputs[i].shape.slice(0, 2)));
    const alongTime = (this.axis < 0 ? inputs[0].rank + this.axis : this.axis) === 1;
    return alongTime ? [concat(each, 1)] : anyThere(each);
  }

  /** Runs the layer. */
  override call(inputs: readonly Tensor[]): Tensor {
    return concat(inputs, this.axis);
  }
}
