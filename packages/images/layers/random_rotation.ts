/** Images turned at random. */
import type { Rng } from "@neurite/tensor";
import {
  type Factor,
  MovingLayer,
  type MovingOptions,
  type Range,
  rangeOf,
  type Transform,
} from "./augmentation.ts";

/**
 * Where pixels come from in an image that is turned around its middle by `angle`, in radians: positive ones
 * turn it counterclockwise.
 */
export function rotation(angle: number, height: number, width: number): Transform {
  const cos = Math.cos(angle), sin = Math.sin(angle), x = (width - 1) / 2, y = (height - 1) / 2;
  return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
}

/**
 * In training, turns each image around its middle by an angle of its own, `2 pi u` with `u` drawn evenly from
 * `factor`: `0.1` is up to 36 degrees either way, `[0, 0.25]` up to 90 degrees counterclockwise. At prediction
 * it does nothing. Names and defaults are Keras's.
 *
 * Throws `RangeError` unless the factor is from -1 to 1, or for another fill mode or interpolation.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { RandomRotation } from "@neurite/images";
 * import { reshape, Rng } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3, 4], [1, 2, 2, 1]); // 1 2 / 3 4
 * const quarter = new RandomRotation([0.25, 0.25]);
 * const y = quarter.call([x], { training: true, rng: new Rng(1) }).dataSync(); // 2 4 / 1 3
 * [2, 4, 1, 3].forEach((value, i) => assertAlmostEquals(y[i], value, 1e-5));
 * ```
 */
export class RandomRotation extends MovingLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["factor"];
  /** The least and the greatest angle, in turns. */
  readonly factor: Range;

  /** A layer that turns images by up to this share of a turn. */
  constructor(factor: Factor, options: MovingOptions = {}) {
    super(options);
    this.factor = rangeOf("RandomRotation", "factor", factor, -1, 1);
  }

  /** Where the pixels of an image come from. */
  protected override draw(rng: Rng, height: number, width: number): Transform {
    return rotation(2 * Math.PI * rng.uniform(...this.factor), height, width);
  }
}
