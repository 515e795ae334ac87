/** LeNet-5, the network that read cheques. */
import { type ActivationName, Dense, Flatten, type Known, Sequential } from "@neurite/nn";
import { checkOptions } from "@neurite/tensor/internal";
import { Conv2D, MaxPooling2D } from "./layers/mod.ts";

/** The options of {@linkcode leNet5}. */
export interface LeNet5Options {
  /** The number of classes; 10, the digits, by default. */
  classes?: number;
  /** Height, width and channels of an image; `[28, 28, 1]` by default. */
  inputShape?: readonly [height: number, width: number, channels: number];
  /** The seed of initial values and shuffling; without it the global generator is used. */
  seed?: number;
  /** The activation of all layers but the last; `"relu"` by default, `"tanh"` as in the paper. */
  activation?: ActivationName;
}

const OPTIONS: Known<LeNet5Options> = {
  classes: true,
  inputShape: true,
  seed: true,
  activation: true,
};

/**
 * The convolutional network of the chapter, after LeNet-5. With the defaults:
 *
 * | Layer                   | Result       | Parameters |
 * | ----------------------- | ------------ | ---------- |
 * | 6 filters 5x5, `"same"` | 28 x 28 x 6  | 156        |
 * | max pooling 2x2         | 14 x 14 x 6  | 0          |
 * | 16 filters 5x5          | 10 x 10 x 16 | 2,416      |
 * | max pooling 2x2         | 5 x 5 x 16   | 0          |
 * | 120 filters 5x5         | 1 x 1 x 120  | 48,120     |
 * | flatten                 | 120          | 0          |
 * | dense                   | 84           | 10,164     |
 * | dense, softmax          | 10           | 850        |
 *
 * Together 61,706. The paper (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
 * document recognition", 1998) has images of 32 x 32 instead of padding, subsampling with learnt
 * factors, and radial basis functions at the end. The model is not compiled; the chapter takes
 * `optimizer: "adam"` and `loss: "categoricalCrossentropy"`.
 *
 * Throws `ShapeError` for images so small that no window fits: below 20 pixels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leNet5 } from "@neurite/cnn";
 *
 * const model = leNet5({ seed: 1 });
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
 * assertEquals(model.countParams(), 61706);
 * assertEquals(model.outputs[0].shape, [10]);
 * ```
 */
export function leNet5(options: LeNet5Options = {}): Sequential {
  checkOptions("make a LeNet-5", options, OPTIONS);
  const { classes = 10, inputShape = [28, 28, 1], seed, activation = "relu" } = options;
  return new Sequential([
    new Conv2D(6, 5, { activation, padding: "same", inputShape }),
    new MaxPooling2D(2),
    new Conv2D(16, 5, { activation }),
    new MaxPooling2D(2),
    new Conv2D(120, 5, { activation }),
    new Flatten(),
    new Dense(84, { activation }),
    new Dense(classes, { activation: "softmax" }),
  ], { seed });
}
