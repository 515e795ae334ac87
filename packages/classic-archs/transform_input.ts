/** What torchvision's GoogLeNet does to images first. */
import { formatSizes, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { add, mul, ShapeError, type Tensor } from "@neurite/tensor";

/** The means and standard deviations of ImageNet's red, green and blue. */
const MEAN = [0.485, 0.456, 0.406], STD = [0.229, 0.224, 0.225];

/**
 * Brings images that were normalized by ImageNet's means and deviations to what they are if 0 to 1 goes to
 * -1 to 1, in red, green and blue: `y_c = (x_c std_c + mean_c - 0.5) / 0.5`. The trained weights of
 * torchvision's GoogLeNet, which came from elsewhere, want it (`transform_input`).
 *
 * Throws `ShapeError` for anything but images of three channels.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { TransformInput } from "@neurite/classic-archs";
 * import { Sequential } from "@neurite/nn";
 * import { zeros } from "@neurite/tensor";
 *
 * const model = new Sequential([new TransformInput()]);
 * const mean = model.predict(zeros([1, 1, 1, 3])).dataSync(); // ImageNet's mean, normalized
 * assertAlmostEquals(mean[0], (0.485 - 0.5) / 0.5, 1e-6);
 * ```
 */
export class TransformInput extends Layer {
  /** The names of its options. */
  static override readonly options: Known<LayerOptions> = Layer.options;

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    if (shape.length === 3 && shape[2] === 3) return shape;
    throw new ShapeError(
      "compute TransformInput",
      "it takes images [height, width, 3] in red, green and blue",
      [],
      formatSizes(shape),
    );
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return add(mul(x, STD.map((s) => s / 0.5)), MEAN.map((m) => (m - 0.5) / 0.5));
  }
}
