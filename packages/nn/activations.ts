/** The functions that follow a layer's linear part, by the names Keras gives them. */
import * as operations from "@neurite/tensor";
import {
  abs,
  add,
  clip,
  div,
  exp,
  type FusedActivation,
  leakyRelu,
  logSoftmax,
  mul,
  sigmoid,
  softmax,
  softplus,
  tanh,
  type Tensor,
} from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";

/** Activations that are no operations on each element, or have another name or default in Keras. */
export const namedActivations = {
  /** `z` */
  linear: (z: Tensor): Tensor => z,
  /** `exp(z_i) / sum_k exp(z_k)` over the last axis */
  softmax: (z: Tensor): Tensor => softmax(z),
  /** The logarithm of softmax. */
  logSoftmax: (z: Tensor): Tensor => logSoftmax(z),
  /** `z` above 0, `0.2 z` below, as Keras has it */
  leakyRelu: (z: Tensor): Tensor => leakyRelu(z, 0.2),
  /** `z sigmoid(z)`, also called swish */
  silu: (z: Tensor): Tensor => mul(z, sigmoid(z)),
  /** `exp(z)` */
  exponential: (z: Tensor): Tensor => exp(z),
  /** `z` between 0 and 6 */
  relu6: (z: Tensor): Tensor => clip(z, 0, 6),
  /** `z / 6 + 1 / 2` between 0 and 1 */
  hardSigmoid: (z: Tensor): Tensor => clip(add(div(z, 6), 0.5), 0, 1),
  /** `z hardSigmoid(z)`, also called hard swish */
  hardSilu: (z: Tensor): Tensor => mul(z, clip(add(div(z, 6), 0.5), 0, 1)),
  /** `z` between -1 and 1 */
  hardTanh: (z: Tensor): Tensor => clip(z, -1, 1),
  /** `z tanh(softplus(z))` */
  mish: (z: Tensor): Tensor => mul(z, tanh(softplus(z))),
  /** `z / (1 + |z|)` */
  softsign: (z: Tensor): Tensor => div(z, add(abs(z), 1)),
};

/** The names of the operations on each element: `relu`, `tanh`, `square`, ... */
export type ElementwiseName = {
  [Name in keyof typeof operations]: typeof operations[Name] extends { readonly elementwise: 1 }
    ? Name
    : never;
}[keyof typeof operations];

/** The names of activations: every operation on each element is one. */
export type ActivationName = keyof typeof namedActivations | ElementwiseName;

/** An activation by its name, or any function of the values before it. */
export type ActivationLike = ActivationName | ((z: Tensor) => Tensor);

/** All of them. */
const ACTIVATIONS: ReadonlyMap<string, (z: Tensor) => Tensor> = new Map([
  ...Object.entries(operations as Readonly<Record<string, unknown>>)
    .filter(([, operation]) => (operation as { elementwise?: number }).elementwise === 1)
    .map(([name, operation]) =>
      [name, (z: Tensor) => (operation as (z: Tensor) => Tensor)(z)] as const
    ),
  ...Object.entries(namedActivations),
]);

/** Their names, as messages list them. */
export const activationNames: readonly string[] = [...ACTIVATIONS.keys()].sort();

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
          activationNames.join(", ")
        }: current a function. Make it a layer of its own, and register that`,
      );
    };
    return { name, fused: "linear", rest: apply, apply, toConfig };
  }
  checkOneOf("find an activation", "its name", activation, activationNames);
  const name = activation, apply = ACTIVATIONS.get(name)!, toConfig = () => name;
  return FUSED.includes(name)
    ? { name, fused: name as FusedActivation, rest: undefined, apply, toConfig }
    : { name, fused: "linear", rest: apply, apply, toConfig };
}
