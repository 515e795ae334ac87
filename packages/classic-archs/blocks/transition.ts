/**
 * The transition: what stands between two dense blocks. Maps can be concatenated only where they have
 * one size; so images become smaller between blocks, and thinner, too:
 *
 * ```text
 *   x  [h, w, d]
 *   |
 *  BN, ReLU, 1x1        theta d channels: the compression
 *   |
 *  2x2 average pool
 *   |
 *  [h/2, w/2, theta d]
 * ```
 *
 * With `theta = 0.5`, as here by default, a DenseNet is called DenseNet-C. From Huang, Liu, van der Maaten
 * and Weinberger, "Densely connected convolutional networks", 2017, https://arxiv.org/abs/1608.06993.
 *
 * @module
 */
import { AveragePooling2D } from "@neurite/cnn";
import type { Known, SymbolicTensor } from "@neurite/nn";
import { checkOptions, checkPositive } from "@neurite/tensor/internal";
import { under } from "./conv_norm_relu.ts";
import { normReluConv } from "./dense_block.ts";

/** The options of {@linkcode transition}. */
export interface TransitionOptions {
  /** The share of channels that is kept, `theta`; 0.5 by default. */
  compression?: number;
  /** What the names of the layers begin with: `.norm`, `.relu`, `.conv`, `.pool` follow. */
  name?: string | undefined;
}

const OPTIONS: Known<TransitionOptions> = { compression: true, name: true };

/**
 * A convolution of 1 x 1 to `floor(compression d)` channels, and average pooling of 2 x 2. See the top of
 * the file for why.
 *
 * @throws {ShapeError} for images of less than 2 pixels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { transition } from "@neurite/classic-archs";
 * import { Input } from "@neurite/nn";
 *
 * assertEquals(transition(new Input({ shape: [56, 56, 256] })).shape, [28, 28, 128]);
 * ```
 */
export function transition(x: SymbolicTensor, options: TransitionOptions = {}): SymbolicTensor {
  checkOptions("connect a transition", options, OPTIONS);
  const { compression = 0.5, name } = options, at = under(name);
  checkPositive("connect a transition", "compression", compression);
  const kept = normReluConv(x, Math.floor(compression * x.shape[2]!), 1, at);
  return new AveragePooling2D(2, { name: at("pool") }).apply(kept);
}
