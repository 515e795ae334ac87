/** Neighbouring channels inhibit each other. */
import { type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { localResponseNormalization, type ResponseOptions, type Tensor } from "@neurite/tensor";

/** The options of {@linkcode LocalResponseNormalization}. */
export interface LocalResponseNormalizationOptions extends LayerOptions, ResponseOptions {}

/**
 * Divides the activity of each channel by that of its neighbours at the same place:
 *
 * `y_i = x_i / (bias + alpha sum_j x_j^2)^beta` over the channels `j` from `i - depthRadius` to
 * `i + depthRadius` that there are
 *
 * Names and defaults are those of `tf.nn.local_response_normalization` (Keras has no such layer):
 * `depthRadius` 5, `bias` 1, `alpha` 1, `beta` 0.5. AlexNet has 2, 2, 1e-4 and 0.75; from
 * Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
 * networks", 2012.
 *
 * Throws `RangeError` for a radius that is not an integer of 0 or more, or numbers that are not
 * finite, when it is run.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { LocalResponseNormalization } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new LocalResponseNormalization({ depthRadius: 1 })]);
 * const [y] = model.predict([[3, 4]]).dataSync(); // 1 + 9 + 16 = 26
 * assertAlmostEquals(y, 3 / Math.sqrt(26), 1e-6);
 * ```
 */
export class LocalResponseNormalization extends Layer {
  /** The names of its options. */
  static override readonly options: Known<LocalResponseNormalizationOptions> = {
    ...Layer.options,
    depthRadius: true,
    bias: true,
    alpha: true,
    beta: true,
  };
  /** How many channels on each side count. */
  readonly depthRadius: number;
  /** What is added to their activity. */
  readonly bias: number;
  /** How much their activity counts. */
  readonly alpha: number;
  /** The power of what divides. */
  readonly beta: number;

  /** A layer with these options. */
  constructor(options: LocalResponseNormalizationOptions = {}) {
    super(options);
    this.depthRadius = options.depthRadius ?? 5;
    this.bias = options.bias ?? 1;
    this.alpha = options.alpha ?? 1;
    this.beta = options.beta ?? 0.5;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const { depthRadius, bias, alpha, beta } = this;
    return localResponseNormalization(x, { depthRadius, bias, alpha, beta });
  }
}
