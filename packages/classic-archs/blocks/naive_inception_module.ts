/**
 * The inception module as it was first thought of: filters of all sizes at once.
 *
 * Which size should the filters of a layer have: 1, 3 or 5? With `d` layers there are `3^d` answers to
 * try. The module gives all of them, and the network learns which ones it needs. What the branches
 * make has one height and width, and stands one after the other in the channels:
 *
 * ```text
 *                 x  [h, w, d]
 *      +--------+-----+--+----------+
 *      |        |        |          |
 *     1x1      3x3      5x5    3x3 max pool       stride 1, zeros around: h and w stay
 *      | d1     | d3     | d5       | d
 *      +--------+---+----+----------+
 *               concat  [h, w, d1 + d3 + d5 + d]
 * ```
 *
 * Two things are wrong with it. The pooled maps are as many as come in, so that every module has more
 * channels than the one before; and filters of 5 x 5 over hundreds of channels cost too much. On
 * `[28, 28, 192]` with 64, 128 and 32 filters that is
 *
 * ```text
 * 28 * 28 * 192 * (1 * 64 + 9 * 128 + 25 * 32) = 303,464,448 multiplications
 * ```
 *
 * See {@linkcode inceptionModule} for what was done about it. From Szegedy et al., "Going deeper with
 * convolutions", 2015, https://arxiv.org/abs/1409.4842, figure 2a.
 *
 * @module
 */
import { Conv2D, MaxPooling2D } from "@neurite/cnn";
import { Concatenate, type SymbolicTensor } from "@neurite/nn";
import { under } from "./conv_norm_relu.ts";

/** How many filters of each size {@linkcode naiveInceptionModule} has. */
export interface NaiveFilters {
  /** Those of 1 x 1. */
  conv1: number;
  /** Those of 3 x 3. */
  conv3: number;
  /** Those of 5 x 5. */
  conv5: number;
}

/**
 * Convolutions of 1 x 1, 3 x 3 and 5 x 5 with ReLU, and max pooling, of one input, concatenated. See the
 * top of the file for why.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { countMultiplications, naiveInceptionModule } from "@neurite/classic-archs";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [28, 28, 192] });
 * const y = naiveInceptionModule(x, { conv1: 64, conv3: 128, conv5: 32 });
 * assertEquals(y.shape, [28, 28, 64 + 128 + 32 + 192]);
 * assertEquals(countMultiplications(new Model({ inputs: x, outputs: y })).total, 303_464_448);
 * ```
 */
export function naiveInceptionModule(
  x: SymbolicTensor,
  { conv1, conv3, conv5 }: NaiveFilters,
  name?: string,
): SymbolicTensor {
  const at = under(name), same = { activation: "relu", padding: "same" } as const;
  return new Concatenate({ name: at("concat") }).apply([
    new Conv2D(conv1, 1, { ...same, name: at("branch1") }).apply(x),
    new Conv2D(conv3, 3, { ...same, name: at("branch2") }).apply(x),
    new Conv2D(conv5, 5, { ...same, name: at("branch3") }).apply(x),
    new MaxPooling2D(3, { strides: 1, padding: "same", name: at("branch4") }).apply(x),
  ]);
}
