/**
 * Convolution, batch normalization, ReLU: what every later block is made of.
 *
 * A network learns faster from numbers of mean 0 and variance 1. What goes into it can be brought to
 * that once; what comes out of a convolution has another mean and another variance after every step.
 * Batch normalization brings it back, for every channel, over the batch `B = {x_1 ... x_m}`:
 *
 * ```text
 * mu_B      = 1/m sum_i x_i                               mean of the batch
 * sigma_B^2 = 1/m sum_i (x_i - mu_B)^2                    variance of the batch
 * xhat_i    = (x_i - mu_B) / sqrt(sigma_B^2 + epsilon)    normalize
 * y_i       = gamma xhat_i + beta = BN_gamma,beta(x_i)    scale and shift
 * ```
 *
 * `gamma` and `beta`, one number each for every channel, are learnt: the network can undo what does
 * not help it. The convolution needs no bias, as `mu_B` takes it away again. For prediction, running
 * means of `mu_B` and `sigma_B^2` take the place of the batch's: then all of it is one factor and one
 * shift for each channel, which a model folds into the convolution.
 *
 * ```text
 *      x
 *      |
 *   Conv2D        F x F, no bias
 *      |
 *     BN          gamma, beta
 *      |
 *    ReLU         max(0, y)
 * ```
 *
 * From Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing
 * internal covariate shift", 2015, https://arxiv.org/abs/1502.03167.
 *
 * @module
 */
import { BatchNormalization, Conv2D } from "@neurite/cnn";
import { Activation, type Initializer, type Known, type SymbolicTensor } from "@neurite/nn";
import { checkOptions } from "@neurite/tensor/internal";
import { heFanOut } from "../initial_values.ts";

/** The names of the layers of {@linkcode convNormRelu}; those without are named by the model. */
export interface ConvNormNames {
  /** The convolution. */
  conv?: string | undefined;
  /** The batch normalization. */
  norm?: string | undefined;
  /** The ReLU. */
  relu?: string | undefined;
}

/** The options of {@linkcode convNormRelu}. */
export interface ConvNormOptions {
  /** How far windows move; 1 by default. */
  strides?: number;
  /** Zeros around the image; `(size - 1) / 2` by default: with stride 1 an image keeps its size. */
  padding?: number;
  /** Whether the convolution has a bias; `false` by default. */
  useBias?: boolean;
  /** Whether a ReLU follows; `true` by default. */
  relu?: boolean;
  /** What is added to the variance; 1e-5 by default. */
  epsilon?: number;
  /** The initial values of the filters; He's normal numbers by default. */
  kernelInitializer?: Initializer;
  /** The names of the layers, or what they begin with: `.conv`, `.bn` and `.relu` follow. */
  name?: string | ConvNormNames | undefined;
}

const OPTIONS: Known<ConvNormOptions> = {
  strides: true,
  padding: true,
  useBias: true,
  relu: true,
  epsilon: true,
  kernelInitializer: true,
  name: true,
};

/**
 * `y = ReLU(BN(W * x))`: `filters` filters of `size` x `size`. See the top of the file for why.
 *
 * @throws {ShapeError} where no window fits into the image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convNormRelu } from "@neurite/classic-archs";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [32, 32, 3] });
 * const model = new Model({ inputs: x, outputs: convNormRelu(x, 16, 3, { strides: 2 }) });
 * assertEquals(model.outputs[0].shape, [16, 16, 16]);
 * assertEquals(model.layers.map(({ className }) => className), [
 *   "Conv2D",
 *   "BatchNormalization",
 *   "Activation",
 * ]);
 * ```
 */
export function convNormRelu(
  x: SymbolicTensor,
  filters: number,
  size: number,
  options: ConvNormOptions = {},
): SymbolicTensor {
  checkOptions("connect a convolution with batch normalization", options, OPTIONS);
  const { strides = 1, useBias = false, relu = true, epsilon, name } = options;
  const { padding = (size - 1) / 2, kernelInitializer = heFanOut } = options;
  const names = typeof name === "string" ? namesUnder(name) : name ?? {};
  const conv = new Conv2D(filters, size, {
    strides,
    padding: around(padding),
    useBias,
    kernelInitializer,
    name: names.conv,
  });
  const y = batchNorm(names.norm, epsilon).apply(conv.apply(x));
  return relu ? new Activation("relu", { name: names.relu }).apply(y) : y;
}

const namesUnder = (name: string): ConvNormNames => {
  const at = under(name);
  return { conv: at("conv"), norm: at("bn"), relu: at("relu") };
};

/** Batch normalization as PyTorch has it: 1e-5 is added, a batch changes a tenth of the statistics. */
export function batchNorm(name: string | undefined, epsilon = 1e-5): BatchNormalization {
  return new BatchNormalization({ epsilon, momentum: 0.9, name });
}

/** Names that begin with that of a block; none where it has none. */
export function under(name: string | undefined): (rest: string) => string | undefined {
  return (rest) => name === undefined ? undefined : `${name}.${rest}`;
}

/** The same number of zeros on all four sides. */
export function around(n: number): [[number, number], [number, number]] {
  return [[n, n], [n, n]];
}
