/** Larger images without anything to learn. */
import { type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { type Pair, type Tensor, upsample2d } from "@neurite/tensor";
import { checkOneOf, pair } from "@neurite/tensor/internal";
import { imageShape } from "../image_shape.ts";

/** The options of {@linkcode UpSampling2D}. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How the new pixels are found; `"nearest"` by default. */
  interpolation?: "nearest" | "bilinear";
}

/**
 * Makes images `size` times as high and as wide (2 by default): with `"nearest"` every pixel is
 * repeated, `y_ijc = x_(floor(i/s))(floor(j/s))c`; with `"bilinear"` new pixels lie between the old
 * ones and are weighted by distance, pixels taken as squares with their values at their centres.
 *
 * Throws `RangeError` for a size below 1 or another interpolation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { UpSampling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new UpSampling2D([1, 2], { interpolation: "bilinear" })]);
 * const image = reshape([1, 3], [1, 1, 2, 1]);
 * assertEquals(model.predict(image).array(), [[[[1], [1.5], [2.5], [3]]]]);
 * ```
 */
export class UpSampling2D extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["size"];
  /** The names of its options. */
  static override readonly options: Known<UpSampling2DOptions> = {
    ...Layer.options,
    interpolation: true,
  };
  /** How many times as high and as wide. */
  readonly size: readonly [number, number];
  /** How the new pixels are found. */
  readonly interpolation: "nearest" | "bilinear";

  /** A layer that makes images `size` times as large. */
  constructor(size: Pair = 2, options: UpSampling2DOptions = {}) {
    super(options);
    const { interpolation = "nearest" } = options;
    this.size = pair("make an UpSampling2D layer", "the size", size, 1);
    const known = ["nearest", "bilinear"] as const;
    checkOneOf("make an UpSampling2D layer", "interpolation", interpolation, known);
    this.interpolation = interpolation;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = imageShape("compute UpSampling2D", inputShapes);
    const [down, across] = this.size;
    return [height && height * down, width && width * across, channels];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return upsample2d(x, { size: this.size, interpolation: this.interpolation });
  }
}
