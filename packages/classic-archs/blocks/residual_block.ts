/**
 * The basic residual block: two convolutions of 3 x 3 learn what is to be added to `x`.
 *
 * A network learns by gradients that come back through all of its layers, and each layer multiplies
 * them. Many factors below 1 leave nothing of them: the gradient vanishes. The block keeps a way on
 * which they are multiplied by 1, the gradient highway:
 *
 * ```text
 *        x -----------+            H(x) = F(x) + x
 *        |            |
 *   3x3, BN, ReLU     |            dC/dx = dC/dH (dF/dx + 1)
 *        |            |                  = dC/dH dF/dx + dC/dH
 *     3x3, BN         | x
 *        | F(x)       |
 *       (+) <---------+
 *        |
 *      ReLU
 * ```
 *
 * A sum hands its gradient on to both of its terms: whatever `dF/dx` is, `dC/dH` arrives. And a block
 * that is not needed has an easy task: `F(x) = 0`. Where `F(x)` has another size than `x`, the shortcut
 * is a learnt matrix: `H(x) = F(x) + W_s x`; see {@linkcode Shortcut}.
 *
 * From He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015,
 * https://arxiv.org/abs/1512.03385.
 *
 * @module
 */
import { Activation, type Known, type SymbolicTensor } from "@neurite/nn";
import { checkOptions } from "@neurite/tensor/internal";
import { convNormRelu, under } from "./conv_norm_relu.ts";
import { addShortcut, type Shortcut } from "./shortcut.ts";

/** The options of {@linkcode residualBlock} and {@linkcode bottleneckBlock}. */
export interface ResidualOptions {
  /** How far the windows of the convolution move that makes the image smaller; 1 by default. */
  strides?: number;
  /** What the way past does where sizes change; `"projection"` by default. */
  shortcut?: Shortcut;
  /** What the names of the layers begin with: `.conv1`, `.bn1`, ... follow. */
  name?: string | undefined;
}

/** Their names. */
export const RESIDUAL: Known<ResidualOptions> = { strides: true, shortcut: true, name: true };

/**
 * `H(x) = ReLU(F(x) + x)` with `F(x) = BN(W_2 * ReLU(BN(W_1 * x)))`, all filters of 3 x 3. See the top of
 * the file for why.
 *
 * @throws {ShapeError} where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { residualBlock } from "@neurite/classic-archs";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [8, 8, 16] });
 * const same = residualBlock(x, 16), half = residualBlock(same, 32, { strides: 2 });
 * assertEquals([same.shape, half.shape], [[8, 8, 16], [4, 4, 32]]);
 *
 * // Two kernels, gamma and beta of two normalizations and their running statistics.
 * const model = new Model({ inputs: x, outputs: same });
 * assertEquals(model.countParams(), 2 * (3 * 3 * 16 * 16 + 4 * 16));
 * ```
 */
export function residualBlock(
  x: SymbolicTensor,
  filters: number,
  options: ResidualOptions = {},
): SymbolicTensor {
  checkOptions("connect a residual block", options, RESIDUAL);
  const { strides = 1, shortcut = "projection", name } = options, at = under(name);
  const inner = convNormRelu(x, filters, 3, {
    strides,
    name: { conv: at("conv1"), norm: at("bn1"), relu: at("relu1") },
  });
  const fx = convNormRelu(inner, filters, 3, {
    relu: false,
    name: { conv: at("conv2"), norm: at("bn2") },
  });
  const hx = addShortcut(fx, x, { strides, shortcut, name });
  return new Activation("relu", { name: at("relu2") }).apply(hx);
}
