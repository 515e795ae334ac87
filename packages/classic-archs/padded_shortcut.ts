/** The shortcut without anything to learn. */
import { formatSizes, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { pad, ShapeError, stridedSlice, type Tensor } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";

/** The options of {@linkcode PaddedShortcut}. */
export interface PaddedShortcutOptions extends LayerOptions {
  /** Every how many pixels one is kept; 1 by default. */
  strides?: number;
}

/**
 * Brings images to another number of channels and fewer pixels with nothing to learn:
 * `y_ijc = x_(si)(sj)c` for the channels `c` that there are, 0 for the others up to `filters`. It is
 * the shortcut of ResNets for small images, which so have the parameters of the plain network: option A
 * of He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015.
 *
 * Throws `RangeError` for anything but integers above 0, `ShapeError` for images with more channels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PaddedShortcut } from "@neurite/classic-archs";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new PaddedShortcut(2, { strides: 2 })]);
 * const image = reshape([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
 * assertEquals(model.predict(image).array(), [[[[1, 0], [3, 0]]]]);
 * ```
 */
export class PaddedShortcut extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["filters"];
  /** The names of its options. */
  static override readonly options: Known<PaddedShortcutOptions> = {
    ...Layer.options,
    strides: true,
  };
  /** The number of channels that come out. */
  readonly filters: number;
  /** Every how many pixels one is kept. */
  readonly strides: number;

  /** A layer that gives images `filters` channels. */
  constructor(filters: number, options: PaddedShortcutOptions = {}) {
    super(options);
    this.filters = filters;
    this.strides = options.strides ?? 1;
    checkCount("make a PaddedShortcut layer", "filters", filters);
    checkCount("make a PaddedShortcut layer", "strides", this.strides);
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    const [height, width, channels] = shape, { filters, strides } = this;
    if (shape.length !== 3 || channels === null || channels > filters) {
      throw new ShapeError(
        "compute PaddedShortcut",
        `it takes images [height, width, channels] of at most ${filters} channels`,
        [],
        formatSizes(shape),
      );
    }
    const kept = (n: number | null) => n && Math.ceil(n / strides);
    return [kept(height), kept(width), filters];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const { strides: step, filters } = this;
    const fewer = step === 1 ? x : stridedSlice(x, [{}, { step }, { step }]);
    const more = filters - x.shape[3];
    return more === 0 ? fewer : pad(fewer, [[0, 0], [0, 0], [0, 0], [0, more]]);
  }
}
