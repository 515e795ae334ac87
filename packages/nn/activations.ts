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

/** The names of activations. */
export type ActivationName =
  | "elu"
  | "exponential"
  | "gelu"
  | "leakyRelu"
  | "linear"
  | "logSoftmax"
  | "relu"
  | "selu"
  | "sigmoid"
  | "silu"
  | "softmax"
  | "softplus"
  | "tanh";

/** Every activation by its name. */
const ACTIVATIONS: Readonly<Record<ActivationName, (z: Tensor) => Tensor>> = {
  /** `z` */
  linear: (z) => z,
  /** `max(0, z)` */
  relu: (z) => relu(z),
  /** `1 / (1 + exp(-z))` */
  sigmoid: (z) => sigmoid(z),
  /** `(exp(z) - exp(-z)) / (exp(z) + exp(-z))` */
  tanh: (z) => tanh(z),
  /** `exp(z_i) / sum_k exp(z_k)` over the last axis */
  softmax: (z) => softmax(z),
  /** The logarithm of softmax. */
  logSoftmax: (z) => logSoftmax(z),
  /** `log(1 + exp(z))` */
  softplus: (z) => softplus(z),
  /** `z` above 0, `exp(z) - 1` below */
  elu: (z) => elu(z),
  /** ELU scaled so that activations keep mean 0 and variance 1. */
  selu: (z) => selu(z),
  /** `z Φ(z)` */
  gelu: (z) => gelu(z),
  /** `z` above 0, `0.2 z` below, as Keras has it */
  leakyRelu: (z) => leakyRelu(z, 0.2),
  /** `z sigmoid(z)`, also called swish */
  silu: (z) => mul(z, sigmoid(z)),
  /** `exp(z)` */
  exponential: (z) => exp(z),
};

/** Those that a product or a convolution applies to its result on the way. */
const FUSED: readonly string[] = ["linear", "relu", "sigmoid", "tanh"] satisfies FusedActivation[];

/**
 * The activation of a name: the function, and what of it a matrix product can do on the way.
 *
 * `activationOf("relu")` is `{ name: "relu", fused: "relu", rest: undefined }`: nothing is left to do
 * after the product. For `"softmax"` the product does nothing and `rest` is softmax.
 */
export interface Activation {
  /** The name. */
  readonly name: ActivationName;
  /** What the product is asked to apply. */
  readonly fused: FusedActivation;
  /** What is applied after it. */
  readonly rest: ((z: Tensor) => Tensor) | undefined;
  /** The whole function, for values that are there already. */
  readonly apply: (z: Tensor) => Tensor;
}

/**
 * Finds an activation by its name. Throws `RangeError` that lists the names for an unknown one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activationOf } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * assertEquals(activationOf("relu").apply(tensor([-1, 2])).array(), [0, 2]);
 * ```
 */
export function activationOf(name: ActivationName): Activation {
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    throw new RangeError(
      `Cannot find an activation as its name must be one of ${
        Object.keys(ACTIVATIONS).join(", ")
      }: current ${JSON.stringify(name)}`,
    );
  }
  const apply = ACTIVATIONS[name];
  return FUSED.includes(name)
    ? { name, fused: name as FusedActivation, rest: undefined, apply }
    : { name, fused: "linear", rest: apply, apply };
}
