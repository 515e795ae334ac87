/** A border of zeros. */
import { Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { pad, type Pair, type Tensor } from "@neurite/tensor";
import { pair } from "@neurite/tensor/internal";
import { imageShape } from "../image_shape.ts";

/** What is put around an image: above and below, left and right. */
export type Border = readonly [
  readonly [top: number, bottom: number],
  readonly [left: number, right: number],
];

/**
 * Puts zeros around images. As in Keras, `padding` is a number for all four sides (1 by default),
 * `[vertical, horizontal]`, or `[[top, bottom], [left, right]]`.
 *
 * Throws `RangeError` for anything but integers of 0 or more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ZeroPadding2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new ZeroPadding2D([[1, 0], [0, 2]])]);
 * const y = model.predict(reshape([7], [1, 1, 1, 1]));
 * assertEquals(reshape(y, [2, 3]).array(), [[0, 0, 0], [7, 0, 0]]);
 * ```
 */
export class ZeroPadding2D extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["padding"];
  /** What is put above and below, left and right. */
  readonly padding: Border;

  /** A layer that puts `padding` around images. */
  constructor(padding: Pair | Border = 1, options: LayerOptions = {}) {
    super(options);
    const operation = "make a ZeroPadding2D layer", what = "padding";
    if (typeof padding !== "number" && padding.length === 2 && padding.every(Array.isArray)) {
      const [rows, columns] = padding as Border;
      this.padding = [pair(operation, what, rows, 0), pair(operation, what, columns, 0)];
    } else {
      const [rows, columns] = pair(operation, what, padding as Pair, 0);
      this.padding = [[rows, rows], [columns, columns]];
    }
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = imageShape("compute ZeroPadding2D", inputShapes);
    const [[top, bottom], [left, right]] = this.padding;
    return [height && top + height + bottom, width && left + width + right, channels];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return pad(x, [[0, 0], ...this.padding, [0, 0]]);
  }
}
