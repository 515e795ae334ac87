/** Parts of images, cut out at random. */
import { type CallContext, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { type FillMode, type Pair, ShapeError, type Tensor } from "@neurite/tensor";
import { checkCount, checkOneOf, FILL_MODES, pair } from "@neurite/tensor/internal";
import { imageShape, transformEach } from "./augmentation.ts";

/** The options of {@linkcode RandomCrop}. */
export interface RandomCropOptions extends LayerOptions {
  /** What is put around images before: a number for all sides, or `[vertical, horizontal]`; 0 by default. */
  padding?: Pair;
  /** What stands there; `"constant"`, `fillValue`, by default. */
  fillMode?: FillMode;
  /** The number that stands there; 0 by default. */
  fillValue?: number;
}

/**
 * In training, cuts `height` x `width` pixels out of each image, anywhere with equal probability, after
 * `padding` was put around it. At prediction it cuts out the middle: images of that size stay as they are.
 *
 * `new RandomCrop(32, 32, { padding: 4 })` moves the images of CIFAR-10 by up to four pixels, as the paper
 * on residual networks does (He et al., "Deep residual learning for image recognition", 2015, section 4.2).
 * `padding` is torchvision's; Keras's layer has none, and enlarges images that are too small.
 *
 * Throws `RangeError` unless sizes are integers, `ShapeError` where an image with its padding is smaller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RandomCrop } from "@neurite/images";
 * import { ones, reshape, Rng, sum } from "@neurite/tensor";
 *
 * const layer = new RandomCrop(2, 2, { padding: 1 }), x = ones([50, 2, 2, 1]);
 * const y = layer.call([x], { training: true, rng: new Rng(1) });
 * const kept = sum(reshape(y, [50, 4]), { axis: 1 }).array() as number[];
 * assertEquals([...new Set(kept)].sort(), [1, 2, 4]); // pixels that stayed
 * assertEquals(layer.call([x], { training: false, rng: new Rng(1) }), x);
 * ```
 */
export class RandomCrop extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["height", "width"];
  /** The names of its options. */
  static override readonly options: Known<RandomCropOptions> = {
    ...Layer.options,
    padding: true,
    fillMode: true,
    fillValue: true,
  };
  /** Rows of the result. */
  readonly height: number;
  /** Pixels in a row of it. */
  readonly width: number;
  /** What is put above and below, and left and right. */
  readonly padding: readonly [vertical: number, horizontal: number];
  /** What stands there. */
  readonly fillMode: FillMode;
  /** The number that stands there. */
  readonly fillValue: number;

  /** A layer that cuts out parts of this size. */
  constructor(height: number, width: number, options: RandomCropOptions = {}) {
    super(options);
    const action = "make a RandomCrop layer";
    const { padding = 0, fillMode = "constant", fillValue = 0 } = options;
    checkCount(action, "height", height);
    checkCount(action, "width", width);
    checkOneOf(action, "fillMode", fillMode, FILL_MODES);
    if (!Number.isFinite(fillValue)) {
      throw new RangeError(`Cannot ${action} as fillValue must be finite: current ${fillValue}`);
    }
    this.height = height;
    this.width = width;
    this.padding = pair(action, "padding", padding, 0);
    this.fillMode = fillMode;
    this.fillValue = fillValue;
  }

  /** The shape of the result; throws `ShapeError` where the inputs are not images, or too small. */
  override computeOutputShape(shapes: readonly Shape[]): Shape {
    const [height, width, channels] = imageShape(this, shapes), [down, across] = this.padding;
    const fits = (n: number | null, pad: number, least: number) =>
      n === null || n + 2 * pad >= least;
    if (fits(height, down, this.height) && fits(width, across, this.width)) {
      return [this.height, this.width, channels];
    }
    throw new ShapeError(
      "crop images",
      `images must have at least ${this.height} x ${this.width} pixels with padding ${down} and ${across}`,
      [[height ?? -1, width ?? -1, channels ?? -1]],
    );
  }

  /** A part of each image; at prediction its middle. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    this.computeOutputShape([x.shape.slice(1)]);
    const { height, width, padding: [down, across], fillMode, fillValue } = this;
    const same = x.shape[1] === height && x.shape[2] === width;
    if (same && (!training || down + across === 0)) return x;
    const begin = (n: number, pad: number, m: number) =>
      training ? rng.integer(n + 2 * pad - m + 1) - pad : Math.floor((n - m) / 2);
    return transformEach(x, (rows, columns) => {
      const top = begin(rows, down, height), left = begin(columns, across, width);
      return [1, 0, left, 0, 1, top];
    }, { size: [height, width], interpolation: "nearest", fillMode, fillValue });
  }
}
