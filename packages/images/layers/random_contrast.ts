/** Images with more or less contrast, at random. */
import { type CallContext, type Known, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { add, clip, mean, mul, ndarray, sub, type Tensor, tensor } from "@neurite/tensor";
import { type Factor, imageShape, type Range } from "./augmentation.ts";

/** The options of {@linkcode RandomContrast}. */
export interface RandomContrastOptions extends LayerOptions {
  /** The numbers of black and white, which results do not leave; `[0, 255]` by default. */
  valueRange?: Range;
}

/** Images whose distance from their channels' means is multiplied, each by one of `factors`. */
export function withContrast(x: Tensor, factors: Tensor, [black, white]: Range): Tensor {
  const middle = mean(x, { axis: [1, 2], keepDims: true });
  return clip(add(mul(sub(x, middle), factors), middle), black, white);
}

/**
 * In training, gives each image more or less contrast: `y = c (x - m) + m`, where `m` is the mean of a channel
 * and `c` is drawn evenly from `1 - lower` to `1 + upper`; results below black or above white are cut off. One
 * number is for both. At prediction it does nothing. Names and defaults are Keras's: for pixels from 0 to 1,
 * as `imageFolder` gives them, say `valueRange: [0, 1]`.
 *
 * Throws `RangeError` unless factors are from 0 to 1, or where black is not below white.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals } from "@std/assert";
 * import { RandomContrast } from "@neurite/images";
 * import { reshape, Rng } from "@neurite/tensor";
 *
 * const x = reshape([0.25, 0.75], [1, 1, 2, 1]);
 * const layer = new RandomContrast([1, 0], { valueRange: [0, 1] }); // down to none
 * const [dark, light] = layer.call([x], { training: true, rng: new Rng(1) }).dataSync();
 * assert(dark > 0.25 && light < 0.75);
 * assertAlmostEquals(dark + light, 1, 1e-6);
 * ```
 */
export class RandomContrast extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["factor"];
  /** The names of its options. */
  static override readonly options: Known<RandomContrastOptions> = {
    ...Layer.options,
    valueRange: true,
  };
  /** How much contrast is taken away at most, and how much is added. */
  readonly factor: Range;
  /** The numbers of black and white. */
  readonly valueRange: Range;

  /** A layer that changes the contrast by up to this share. */
  constructor(factor: Factor, options: RandomContrastOptions = {}) {
    super(options);
    const both = typeof factor === "number" ? [factor, factor] : factor;
    const { valueRange = [0, 255] } = options, action = "make a RandomContrast layer";
    if (!(both.length === 2 && both.every((n) => n >= 0 && n <= 1))) {
      throw new RangeError(
        `Cannot ${action} as its factor must be a number from 0 to 1, or two: current ` +
          JSON.stringify(factor),
      );
    }
    if (!(valueRange.every(Number.isFinite) && valueRange[0] < valueRange[1])) {
      throw new RangeError(
        `Cannot ${action} as valueRange must be two numbers, the lower one first: current ` +
          JSON.stringify(valueRange),
      );
    }
    this.factor = [both[0], both[1]];
    this.valueRange = [valueRange[0], valueRange[1]];
  }

  /** The shape of the result; throws `ShapeError` where the inputs are not images. */
  override computeOutputShape(shapes: readonly Shape[]): Shape {
    return imageShape(this, shapes);
  }

  /** The images, in training with another contrast. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (!training) return x;
    const [lower, upper] = this.factor, [n] = x.shape;
    const factors = Float32Array.from({ length: n }, () => rng.uniform(1 - lower, 1 + upper));
    return withContrast(x, tensor(ndarray(factors, [n, 1, 1, 1])), this.valueRange);
  }
}
