/**
 * Shortcuts: the way past the layers of a residual block, and what they do where the block changes
 * the size of the image or the number of channels.
 *
 * ```text
 * "projection"   1x1 convolution with the block's stride, batch normalization: x becomes W_s x
 * "padding"      every stride-th pixel; channels that are missing are zeros: nothing to learn
 * "none"         no way past: the plain network that residual ones are compared with
 * ```
 *
 * Where nothing changes, the first two are the identity, and the gradient goes through them times 1.
 * They are the options B and A of He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition", 2015, https://arxiv.org/abs/1512.03385.
 *
 * @module
 */
import { Add, type SymbolicTensor } from "@neurite/nn";
import { checkOneOf } from "@neurite/tensor/internal";
import { PaddedShortcut } from "../layers.ts";
import { convNormRelu, under } from "./conv_norm_relu.ts";

/** What the way past a residual block does where sizes change. */
export type Shortcut = "projection" | "padding" | "none";

/** `F(x) + x`, by a shortcut of this kind from `x` to the size of `F(x)`; `name` is the block's. */
export function addShortcut(
  fx: SymbolicTensor,
  x: SymbolicTensor,
  { strides, shortcut, name }: {
    strides: number;
    shortcut: Shortcut;
    name: string | undefined;
  },
): SymbolicTensor {
  checkOneOf("connect a residual block", "shortcut", shortcut, ["projection", "padding", "none"]);
  if (shortcut === "none") return fx;
  const at = under(name), filters = fx.shape[2]!;
  const same = strides === 1 && x.shape[2] === filters;
  const past = same
    ? x
    : shortcut === "padding"
    ? new PaddedShortcut(filters, { strides, name: at("shortcut") }).apply(x)
    : convNormRelu(x, filters, 1, {
      strides,
      relu: false,
      name: { conv: at("downsample.0"), norm: at("downsample.1") },
    });
  return new Add({ name: at("add") }).apply([fx, past]);
}
