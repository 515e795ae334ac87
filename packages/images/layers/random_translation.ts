/** Images moved at random. */
import type { Rng } from "@neurite/tensor";
import {
  type Factor,
  MovingLayer,
  type MovingOptions,
  type Range,
  rangeOf,
  type Transform,
} from "./augmentation.ts";

/** Where pixels come from in an image that is moved down and to the right by so many pixels. */
export function translation(down: number, across: number): Transform {
  return [1, 0, -across, 0, 1, -down];
}

/**
 * In training, moves each image down by `u height` and to the right by `v width`, with `u` drawn evenly from
 * `heightFactor` and `v` from `widthFactor`: `0.1` is up to a tenth either way, `[0, 0.1]` down, or to the
 * right, only. At prediction it does nothing. Names and defaults are Keras's.
 *
 * Throws `RangeError` unless factors are from -1 to 1, or for another fill mode or interpolation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RandomTranslation } from "@neurite/images";
 * import { reshape, Rng } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3, 4], [1, 1, 4, 1]);
 * const layer = new RandomTranslation(0, [0.25, 0.25], { fillMode: "constant" });
 * const y = layer.call([x], { training: true, rng: new Rng(1) });
 * assertEquals([...y.dataSync()], [0, 1, 2, 3]);
 * ```
 */
export class RandomTranslation extends MovingLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["heightFactor", "widthFactor"];
  /** The least and the greatest way down, in heights. */
  readonly heightFactor: Range;
  /** The least and the greatest way to the right, in widths. */
  readonly widthFactor: Range;

  /** A layer that moves images by up to these shares of their sides. */
  constructor(heightFactor: Factor, widthFactor: Factor, options: MovingOptions = {}) {
    super(options);
    this.heightFactor = rangeOf("RandomTranslation", "heightFactor", heightFactor, -1, 1);
    this.widthFactor = rangeOf("RandomTranslation", "widthFactor", widthFactor, -1, 1);
  }

  /** Where the pixels of an image come from. */
  protected override draw(rng: Rng, height: number, width: number): Transform {
    const down = height * rng.uniform(...this.heightFactor);
    return translation(down, width * rng.uniform(...this.widthFactor));
  }
}
