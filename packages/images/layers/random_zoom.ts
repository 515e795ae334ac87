/** Images enlarged or made smaller at random. */
import type { Known } from "@neurite/nn";
import type { Rng } from "@neurite/tensor";
import {
  type Factor,
  MovingLayer,
  type MovingOptions,
  type Range,
  rangeOf,
  type Transform,
} from "./augmentation.ts";

/** The options of {@linkcode RandomZoom}. */
export interface RandomZoomOptions extends MovingOptions {
  /** The same for the width; without it images keep their proportions. */
  widthFactor?: Factor;
}

/** Where pixels come from in an image of which `down` times as many rows, and columns, are seen. */
export function zoom(down: number, across: number, height: number, width: number): Transform {
  return [across, 0, (width - 1) / 2 * (1 - across), 0, down, (height - 1) / 2 * (1 - down)];
}

/**
 * In training, zooms each image in or out around its middle: `1 + u` times as much of it is seen, with `u`
 * drawn evenly from `heightFactor`. So `0.2` is up to a fifth either way, negative numbers enlarge, `[-0.3,
 * 0]` only enlarges. With `widthFactor` the width is drawn on its own. At prediction it does nothing. Names and
 * defaults are Keras's.
 *
 * Throws `RangeError` unless factors are above -1 and at most 1, or for another fill mode or interpolation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RandomZoom } from "@neurite/images";
 * import { reshape, Rng } from "@neurite/tensor";
 *
 * const x = reshape([0, 2, 4, 6, 8], [1, 1, 5, 1]);
 * const twice = new RandomZoom([-0.5, -0.5]);
 * const y = twice.call([x], { training: true, rng: new Rng(1) });
 * assertEquals([...y.dataSync()], [2, 3, 4, 5, 6]);
 * ```
 */
export class RandomZoom extends MovingLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["heightFactor"];
  /** The names of its options. */
  static override readonly options: Known<RandomZoomOptions> = {
    ...MovingLayer.options,
    widthFactor: true,
  };
  /** How much more or less of the height is seen. */
  readonly heightFactor: Range;
  /** The same for the width, where it is drawn on its own. */
  readonly widthFactor: Range | undefined;

  /** A layer that zooms images. */
  constructor(heightFactor: Factor, options: RandomZoomOptions = {}) {
    super(options);
    const { widthFactor } = options;
    const range = (what: string, factor: Factor) => {
      const found = rangeOf("RandomZoom", what, factor, -1, 1);
      if (found[0] > -1) return found;
      throw new RangeError(
        `Cannot make a RandomZoom layer as ${what} must be above -1: current -1`,
      );
    };
    this.heightFactor = range("heightFactor", heightFactor);
    this.widthFactor = widthFactor === undefined ? undefined : range("widthFactor", widthFactor);
  }

  /** Where the pixels of an image come from. */
  protected override draw(rng: Rng, height: number, width: number): Transform {
    const down = 1 + rng.uniform(...this.heightFactor);
    const across = this.widthFactor === undefined ? down : 1 + rng.uniform(...this.widthFactor);
    return zoom(down, across, height, width);
  }
}
