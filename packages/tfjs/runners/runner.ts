/** What runs an operation. */
import type { Computation, FusedActivation, TensorSpec } from "@neurite/tensor";
import type { Kernels, TfTensor } from "../kernels.ts";

/**
 * Makes the result of an operation from its inputs, which have the shapes of the operation's tensors.
 * What else it makes is freed after it. It is not called where the result has no elements.
 */
export type Runner<A> = (
  tf: Kernels,
  inputs: readonly TfTensor[],
  attributes: A,
  output: TensorSpec,
  op: Computation<A>,
) => TfTensor;

/** The kernels of the activations that follow a product. */
const ACTIVATIONS: Readonly<Record<Exclude<FusedActivation, "linear">, string>> = {
  relu: "Relu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
};

/** Adds a bias, if there is one, and applies an activation. */
export function finish(
  tf: Kernels,
  z: TfTensor,
  bias: TfTensor | undefined,
  activation: FusedActivation,
): TfTensor {
  const sum = bias === undefined ? z : tf.add(z, bias);
  return activation === "linear" ? sum : tf.one(ACTIVATIONS[activation], sum);
}
