/** The functions that follow a layer's linear part, by the names Keras gives them. */
import {
  elu,
  exp,
  type FusedActivation,
  gelu,
  leakyRelu,
  logSoftmax,
  mul,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  tanh,
  type Tensor,
} from "@neurite/tensor";

/** Every activation by its name. */
export const namedActivations = {
  /** `z` */
  linear: (z: Tensor): Tensor => z,
  /** `max(0, z)` */
  relu: (z: Tensor): Tensor => relu(z),
  /** `1 / (1 + exp(-z))` */
  sigmoid: (z: Tensor): Tensor => sigmoid(z),
  /** `(exp(z) - exp(-z)) / (exp(z) + exp(-z))` */
  tanh: (z: Tensor): Tensor => tanh(z),
  /** `exp(z_i) / sum_k exp(z_k)` over the last axis */
  softmax: (z: Tensor): Tensor => softmax(z),
  /** The logarithm of softmax. */
  logSoftmax: (z: Tensor): Tensor => logSoftmax(z),
  /** `log(1 + exp(z))` */
  softplus: (z: Tensor): Tensor => softplus(z),
  /** `z` above 0, `exp(z) - 1` below */
  elu: (z: Tensor): Tensor => elu(z),
  /** ELU scaled so that activations keep mean 0 and variance 1. */
  selu: (z: Tensor): Tensor => selu(z),
  /** `z Φ(z)` */
  gelu: (z: Tensor): Tensor => gelu(z),
  /** `z` above 0, `0.2 z` below, as Keras has it */
  leakyRelu: (z: Tensor): Tensor => leakyRelu(z, 0.2),
  /** `z sigmoid(z)`, also called swish */
  silu: (z: Tensor): Tensor => mul(z, sigmoid(z)),
  /** `exp(z)` */
  exponential: (z: Tensor): Tensor => exp(z),
};

/** The names of activations. */
export type ActivationName = keyof typeof namedActivations;

/** An activation by its name, or any function of the values before it. */
export type ActivationLike = ActivationName | ((z: Tensor) => Tensor);

/** Those that a product or a convolution applies to its result on the way. */
const FUSED: readonly string[] = ["linear", "relu", "sigmoid", "tanh"] satisfies FusedActivation[];

/**
 * An activation: the function, and what of it a matrix product can do on the way.
 *
 * `activationOf("relu")` has `fused: "relu"` and `rest: undefined`: nothing is left to do after the
 * product. For `"softmax"` the product does nothing and `rest` is softmax.
 */
export interface Activation {
  /** The name. */
  readonly name: string;
  /** What the product is asked to apply. */
  readonly fused: FusedActivation;
  /** What is applied after it. */
  readonly rest: ((z: Tensor) => Tensor) | undefined;
  /** The whole function, for values that are there already. */
  readonly apply: (z: Tensor) => Tensor;
  /** The name, for files. Throws `TypeError` for a function, which cannot be saved. */
  toConfig(): string;
}

/**
 * The activation of a name, or of a function of one's own. Throws `RangeError` that lists the names for
 * an unknown one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activationOf } from "@neurite/nn";
 * import { square, tensor } from "@neurite/tensor";
 *
 * assertEquals(activationOf("relu").apply(tensor([-1, 2])).array(), [0, 2]);
 * assertEquals(activationOf((z) => square(z)).apply(tensor([-1, 2])).array(), [1, 4]);
 * ```
 */
export function activationOf(activation: ActivationLike): Activation {
  if (typeof activation === "function") {
    const name = `function ${activation.name}`.trim(), apply = activation;
    const toConfig = () => {
      throw new TypeError(
        `Cannot save activation "${name}" as it must have one of the names ${
          Object.keys(namedActivations).join(", ")
        }: current a function. Make it a layer of its own, and register that`,
      );
    };
    return { name, fused: "linear", rest: apply, apply, toConfig };
  }
  if (!Object.hasOwn(namedActivations, activation)) {
    throw new RangeError(
      `Cannot find an activation as its name must be one of ${
        Object.keys(namedActivations).join(", ")
      }: current ${JSON.stringify(activation)}`,
    );
  }
  const apply = namedActivations[activation], toConfig = () => activation;
  return FUSED.includes(activation)
    ? { name: activation, fused: activation as FusedActivation, rest: undefined, apply, toConfig }
    : { name: activation, fused: "linear", rest: apply, apply, toConfig };
}
