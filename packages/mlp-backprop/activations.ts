/** Activation functions σ and their derivatives σ'. */
import { greater, mul, relu, sigmoid, softmax, sub, tanh, type Tensor } from "@neurite/tensor";

/** The activation functions of the hidden layers. */
export type Activation = "sigmoid" | "tanh" | "relu";

/** The activation functions of the last layer; `softmax` goes with the cross-entropy only. */
export type Output = Activation | "softmax";

/** `σ(z)` by name. */
export const activate: Readonly<Record<Output, (z: Tensor) => Tensor>> = {
  sigmoid: (z) => sigmoid(z), // σ(z) = 1 / (1 + e^-z)
  tanh: (z) => tanh(z), //       σ(z) = (e^z - e^-z) / (e^z + e^-z)
  relu: (z) => relu(z), //       σ(z) = max(0, z)
  softmax: (z) => softmax(z, { axis: 0 }), // σ(z)_j = e^{z_j} / Σ_k e^{z_k}, an example a column
};

/** `σ'(z)` by name; `a = σ(z)` is known by then. */
export const derivative: Readonly<Record<Activation, (z: Tensor, a: Tensor) => Tensor>> = {
  sigmoid: (_z, a) => mul(a, sub(1, a)), // σ'(z) = σ(z) (1 - σ(z))
  tanh: (_z, a) => sub(1, mul(a, a)), //    σ'(z) = 1 - σ(z)^2
  relu: (z) => greater(z, 0), //            σ'(z) = 1 where z > 0, else 0
};
