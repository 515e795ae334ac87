/** Dropout of whole feature maps. */
import { Layer, type LayerOptions } from "@neurite/nn";
import { ShapeError, type Tensor } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { Dropout } from "./dropout.ts";

/**
 * Dropout for images: whole feature maps are dropped. Neighbouring pixels of a map are so much alike
 * that dropping single ones would hide nothing. For inputs `[batch, height, width, channels]`.
 *
 * Tompson et al., "Efficient object localization using convolutional networks", 2015.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SpatialDropout2D } from "@neurite/regularization";
 * import { ones, Rng } from "@neurite/tensor";
 *
 * const layer = new SpatialDropout2D(0.5);
 * const y = layer.call([ones([1, 2, 2, 64])], { training: true, rng: new Rng(1) });
 * const [[first]] = y.array() as number[][][][];
 * assertEquals(first[0], first[1]); // all pixels of a map share its fate
 * ```
 */
export class SpatialDropout2D extends Dropout {
  /** A layer that drops this share of feature maps. */
  constructor(rate: number, options: LayerOptions = {}) {
    super(rate, options);
    checkOptions("make a SpatialDropout2D", options, Layer.options);
  }

  /** The shape in which is chosen what to drop. */
  protected override maskShape({ shape }: Tensor): readonly number[] {
    if (shape.length === 4) return [shape[0], 1, 1, shape[3]];
    throw new ShapeError(
      "drop feature maps",
      "there must be images [batch, height, width, channels]",
      [shape],
    );
  }
}
