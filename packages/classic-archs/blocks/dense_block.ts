/**
 * The dense block: every layer sees the maps of all layers before it.
 *
 * A residual block adds what it makes to what it was given. A dense block keeps both: each layer gives
 * `k` new maps (`k` is the growth rate), and they stand beside all earlier ones. Layer `l` of a block is
 *
 * ```text
 * x_l = H_l([x_0, x_1, ..., x_(l-1)])          [...] concatenates the channels
 *
 *   x_0 --+-----------+-----------+-----------+--> [x_0, x_1, x_2, x_3]
 *         |           |           |           |     k0 + 3 k channels
 *         +-> H_1 --x_1-> H_2 --x_2-> H_3 --x_3
 * ```
 *
 * A map that was found once need not be found again: features are reused, so that few new ones are
 * enough (`k` is 12 to 48, where a ResNet has hundreds of filters), and the network has fewer parameters,
 * not more. Every layer is one step from the loss through the concatenations, so that gradients do not
 * vanish.
 *
 * `H_l` normalizes before it convolves: BN, ReLU, convolution of 3 x 3. As many channels come in, a
 * bottleneck of 1 x 1 with `4 k` filters stands before it (DenseNet-B):
 *
 * ```text
 * H_l:  BN, ReLU, 1x1 (4 k)  ->  BN, ReLU, 3x3 (k)
 * ```
 *
 * From Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", 2017,
 * https://arxiv.org/abs/1608.06993.
 *
 * @module
 */
import { Conv2D } from "@neurite/cnn";
import { Activation, Concatenate, type Known, type SymbolicTensor } from "@neurite/nn";
import { checkOptions } from "@neurite/tensor/internal";
import { heFanIn } from "../initial_values.ts";
import { around, batchNorm, under } from "./conv_norm_relu.ts";

/** How many times the growth rate a bottleneck has in filters. */
const BOTTLENECK = 4;

/** The options of {@linkcode denseBlock}. */
export interface DenseBlockOptions {
  /** Whether convolutions of 1 x 1 stand before those of 3 x 3; `true` by default. */
  bottleneck?: boolean;
  /** What the names of the layers begin with: `.denselayer1.norm1`, ... follow. */
  name?: string | undefined;
}

const OPTIONS: Known<DenseBlockOptions> = { bottleneck: true, name: true };

/**
 * `layers` layers, each of which adds `growth` maps to those that it sees: `growth layers` more channels
 * come out than go in. See the top of the file for why.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { denseBlock } from "@neurite/classic-archs";
 * import { Input } from "@neurite/nn";
 *
 * const x = new Input({ shape: [56, 56, 64] });
 * assertEquals(denseBlock(x, 6, 32).shape, [56, 56, 64 + 6 * 32]);
 * ```
 */
export function denseBlock(
  x: SymbolicTensor,
  layers: number,
  growth: number,
  options: DenseBlockOptions = {},
): SymbolicTensor {
  checkOptions("connect a dense block", options, OPTIONS);
  const { bottleneck = true, name } = options, at = under(name);
  let all = x;
  for (let l = 1; l <= layers; l++) {
    const own = under(at(`denselayer${l}`));
    let h = all;
    if (bottleneck) h = normReluConv(h, BOTTLENECK * growth, 1, own, 1);
    h = normReluConv(h, growth, 3, own, bottleneck ? 2 : 1);
    all = new Concatenate({ name: own("concat") }).apply([all, h]); // [x_0, ..., x_l]
  }
  return all;
}

/** Batch normalization and ReLU before the convolution: each layer looks at shared maps its own way. */
export function normReluConv(
  x: SymbolicTensor,
  filters: number,
  size: number,
  name: (rest: string) => string | undefined,
  place: number | "" = "",
): SymbolicTensor {
  const normed = batchNorm(name(`norm${place}`)).apply(x);
  return new Conv2D(filters, size, {
    padding: around((size - 1) / 2),
    useBias: false,
    kernelInitializer: heFanIn,
    name: name(`conv${place}`),
  }).apply(new Activation("relu", { name: name(`relu${place}`) }).apply(normed));
}
