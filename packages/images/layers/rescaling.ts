/** Inputs on another scale. */
import { type Known, Layer, type LayerOptions, type Masks, type Shape } from "@neurite/nn";
import { add, mul, ShapeError, type Tensor } from "@neurite/tensor";

/** One number, or one for each channel, the last axis. */
export type PerChannel = number | readonly number[];

/**
 * Every number times `scale`, plus `offset`: `y = scale x + offset`, in training and at prediction. Each is
 * one number, or a list with one for each channel. `new Rescaling(1 / 127.5, -1)` brings pixels from 0 to 255
 * to -1 to 1. Names and defaults are Keras's.
 *
 * Throws `RangeError` unless they are finite numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rescaling } from "@neurite/images";
 * import { Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Rescaling(0.5, [-1, 0])]);
 * assertEquals(model.predict([[2, 2], [4, 4]]).array(), [[0, 1], [1, 2]]);
 * ```
 */
export class Rescaling extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["scale", "offset"];
  /** The names of its options. */
  static override readonly options: Known<LayerOptions> = Layer.options;
  /** What numbers are multiplied by. */
  readonly scale: PerChannel;
  /** What is added. */
  readonly offset: PerChannel;

  /** A layer that multiplies and adds. */
  constructor(scale: PerChannel, offset: PerChannel = 0, options: LayerOptions = {}) {
    super(options);
    for (const [what, value] of Object.entries({ scale, offset })) {
      const list = typeof value === "number" ? [value] : value;
      if (Array.isArray(list) && list.length > 0 && list.every(Number.isFinite)) continue;
      throw new RangeError(
        `Cannot make a Rescaling layer as ${what} must be a finite number, or one for each channel: ` +
          `current ${JSON.stringify(value)}`,
      );
    }
    this.scale = scale;
    this.offset = offset;
  }

  /** The shape of the result; throws `ShapeError` where there are more or fewer numbers than channels. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    const fits = (value: PerChannel) => typeof value === "number" || value.length === shape.at(-1);
    if (fits(this.scale) && fits(this.offset)) return shape;
    throw new ShapeError(
      "rescale",
      `there must be one number, or one for each channel, but they are ${
        JSON.stringify([this.scale, this.offset])
      }`,
      [shape.map((n) => n ?? -1)],
    );
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** The numbers on the new scale. */
  override call([x]: readonly Tensor[]): Tensor {
    const list = (value: PerChannel) => typeof value === "number" ? value : [...value];
    return add(mul(x, list(this.scale)), list(this.offset));
  }
}
