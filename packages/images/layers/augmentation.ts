/** What the layers have in common that change images at random: an image each, in training only. */
import { type CallContext, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import {
  affineTransform,
  type FillMode,
  ndarray,
  type Rng,
  ShapeError,
  type Tensor,
} from "@neurite/tensor";
import { checkOneOf, FILL_MODES } from "@neurite/tensor/internal";

/** From what to what something is drawn. */
export type Range = readonly [lower: number, upper: number];

/** A number `f` for `[-f, f]`, or both ends. */
export type Factor = number | Range;

/** Columns and rows of an image that a pixel comes from: `a j + b i + c` and `d j + e i + f`. */
export type Transform = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
];

/** The options of layers that move pixels; names and defaults are Keras's. */
export interface MovingOptions extends LayerOptions {
  /**
   * What stands around an image `abcd`: `"reflect"` (the default) `cba|abcd|dcb`, `"wrap"`
   * `bcd|abcd|abc`, `"nearest"` `aaa|abcd|ddd`, `"constant"` the number `fillValue`.
   */
  fillMode?: FillMode;
  /** Whether pixels are found between four, `"bilinear"` (the default), or taken from the nearest. */
  interpolation?: "bilinear" | "nearest";
  /** The number around an image with `"constant"`; 0 by default. */
  fillValue?: number;
}

/** The shape of one image, `[height, width, channels]`; throws `ShapeError` for another. */
export function imageShape(layer: Layer, [shape]: readonly Shape[]): Shape {
  if (shape.length === 3) return shape;
  throw new ShapeError(
    `change images by ${layer.className}`,
    "its inputs must be images, [height, width, channels]",
    [shape.map((n) => n ?? -1)],
  );
}

/**
 * Both ends of a range, each from `least` to `most`; throws `RangeError` for others, where `what` is its
 * name.
 */
export function rangeOf(
  layer: string,
  what: string,
  factor: Factor,
  least: number,
  most: number,
): Range {
  const range = typeof factor === "number" ? [-Math.abs(factor), Math.abs(factor)] : factor;
  const good = Array.isArray(range) && range.length === 2 &&
    range.every((n) => Number.isFinite(n) && n >= least && n <= most) && range[0] <= range[1];
  if (good) return [range[0], range[1]];
  throw new RangeError(
    `Cannot make a ${layer} layer as ${what} must be a number from ${least} to ${most}, or two in ` +
      `order: current ${JSON.stringify(factor)}`,
  );
}

/**
 * A layer that moves the pixels of each image by numbers of its own, drawn from the model's generator: the
 * same seed gives the same images on every backend and any number of threads. It does nothing but in
 * training.
 *
 * @example A layer of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MovingLayer, type Transform } from "@neurite/images";
 * import { reshape, Rng } from "@neurite/tensor";
 *
 * class RandomShear extends MovingLayer {
 *   protected draw(rng: Rng): Transform {
 *     return [1, rng.integer(2), 0, 0, 1, 0]; // row i comes from i columns further
 *   }
 * }
 *
 * const x = reshape([1, 2, 3, 4], [1, 2, 2, 1]);
 * const y = new RandomShear().call([x], { training: true, rng: new Rng(2) });
 * assertEquals(y.shape, [1, 2, 2, 1]);
 * ```
 */
export abstract class MovingLayer extends Layer {
  /** The names of its options. */
  static override readonly options: Known<MovingOptions> = {
    ...Layer.options,
    fillMode: true,
    interpolation: true,
    fillValue: true,
  };
  /** What stands around an image. */
  readonly fillMode: FillMode;
  /** How pixels are found. */
  readonly interpolation: "bilinear" | "nearest";
  /** The number around an image with `"constant"`. */
  readonly fillValue: number;

  /** Takes the options. */
  constructor(options: MovingOptions = {}) {
    super(options);
    const { fillMode = "reflect", interpolation = "bilinear", fillValue = 0 } = options;
    const action = `make a ${this.className} layer`;
    checkOneOf(action, "fillMode", fillMode, FILL_MODES);
    checkOneOf(action, "interpolation", interpolation, ["bilinear", "nearest"]);
    if (!Number.isFinite(fillValue)) {
      throw new RangeError(`Cannot ${action} as fillValue must be finite: current ${fillValue}`);
    }
    this.fillMode = fillMode;
    this.interpolation = interpolation;
    this.fillValue = fillValue;
  }

  /** Where the pixels of an image of this size come from; called once for each image. */
  protected abstract draw(rng: Rng, height: number, width: number): Transform;

  /** The shape of the result; throws `ShapeError` where the inputs are not images. */
  override computeOutputShape(shapes: readonly Shape[]): Shape {
    return imageShape(this, shapes);
  }

  /** The images, each changed in training. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (!training) return x;
    const { fillMode, interpolation, fillValue } = this;
    return transformEach(x, (height, width) => this.draw(rng, height, width), {
      fillMode,
      interpolation,
      fillValue,
    });
  }
}

/** Each image of a batch, its pixels moved as `draw` says for it. */
export function transformEach(
  x: Tensor,
  draw: (height: number, width: number) => Transform,
  options: Parameters<typeof affineTransform>[2],
): Tensor {
  const [n, height, width] = x.shape, transforms = new Float32Array(6 * n);
  for (let i = 0; i < n; i++) transforms.set(draw(height, width), 6 * i);
  return affineTransform(x, ndarray(transforms, [n, 6]), options);
}
