/**
 * The bottleneck residual block: 1 x 1 convolutions make the image thin for the expensive 3 x 3 one, and
 * thick again.
 *
 * ```text
 *        x ------------------+       256 channels
 *        |                   |
 *   1x1, BN, ReLU            |        64    reduces
 *        |                   |
 *   3x3, BN, ReLU            |        64
 *        |                   |
 *     1x1, BN                | x     256    restores
 *        | F(x)              |
 *       (+) <----------------+       H(x) = F(x) + x
 *        |
 *      ReLU
 * ```
 *
 * Multiplications for each pixel: two convolutions of 3 x 3 on 256 channels take
 * `2 * 9 * 256 * 256 = 1,179,648`; the bottleneck takes `256 * 64 + 9 * 64 * 64 + 64 * 256 = 69,632`,
 * a seventeenth. So ResNet-50 is hardly more work than ResNet-34, and 152 layers can be paid for.
 *
 * From He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015,
 * https://arxiv.org/abs/1512.03385. The stride is that of the 3 x 3 convolution, as in torchvision; in
 * the paper that of the first one, which looks at every other pixel only.
 *
 * @module
 */
import { Activation, type SymbolicTensor } from "@neurite/nn";
import { checkOptions } from "@neurite/tensor/internal";
import { convNormRelu, under } from "./conv_norm_relu.ts";
import { RESIDUAL, type ResidualOptions } from "./residual_block.ts";
import { addShortcut } from "./shortcut.ts";

/** How many times as many channels come out of a bottleneck as its 3 x 3 convolution has. */
export const EXPANSION = 4;

/**
 * `H(x) = ReLU(F(x) + x)` with convolutions of 1 x 1, 3 x 3 and 1 x 1 in `F`: `filters` of the first two,
 * `4 filters` of the last one. See the top of the file for why.
 *
 * @throws {ShapeError} where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bottleneckBlock, countMultiplications } from "@neurite/classic-archs";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [56, 56, 256] });
 * const model = new Model({ inputs: x, outputs: bottleneckBlock(x, 64) });
 * assertEquals(model.outputs[0].shape, [56, 56, 256]);
 * assertEquals(countMultiplications(model).total, 56 * 56 * 69_632);
 * ```
 */
export function bottleneckBlock(
  x: SymbolicTensor,
  filters: number,
  options: ResidualOptions = {},
): SymbolicTensor {
  checkOptions("connect a bottleneck block", options, RESIDUAL);
  const { strides = 1, shortcut = "projection", name } = options, at = under(name);
  const thin = convNormRelu(x, filters, 1, {
    name: { conv: at("conv1"), norm: at("bn1"), relu: at("relu1") },
  });
  const inner = convNormRelu(thin, filters, 3, {
    strides,
    name: { conv: at("conv2"), norm: at("bn2"), relu: at("relu2") },
  });
  const fx = convNormRelu(inner, EXPANSION * filters, 1, {
    relu: false,
    name: { conv: at("conv3"), norm: at("bn3") },
  });
  const hx = addShortcut(fx, x, { strides, shortcut, name });
  return new Activation("relu", { name: at("relu3") }).apply(hx);
}
