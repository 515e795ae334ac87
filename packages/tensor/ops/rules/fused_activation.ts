/** What products and convolutions do to their result on the way: add a bias, apply a function. */
import type { GradientContext } from "../../tape.ts";
import type { Tensor } from "../../tensor.ts";
import { reluGradient } from "../elementwise/relu.ts";
import { sigmoidGradient } from "../elementwise/sigmoid.ts";
import { tanhGradient } from "../elementwise/tanh.ts";

/** The activations that products and convolutions can apply to their result on the way. */
export type FusedActivation = "linear" | "relu" | "sigmoid" | "tanh";

/** The activations in f64. */
export const ACTIVATIONS: Record<FusedActivation, (z: number) => number> = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
};

/** The gradients of the activations, from that of the result and the result. */
const GRADIENTS: Record<Exclude<FusedActivation, "linear">, (dy: Tensor, y: Tensor) => Tensor> = {
  relu: (dy, y) => reluGradient(dy, y),
  sigmoid: (dy, y) => sigmoidGradient(dy, y),
  tanh: (dy, y) => tanhGradient(dy, y),
};

/** Refuses an activation that is not known. */
export function checkActivation(operation: string, activation: FusedActivation): void {
  if (activation in ACTIVATIONS) return;
  throw new RangeError(
    `Cannot ${operation} as the activation must be one of ${
      Object.keys(ACTIVATIONS).join(", ")
    }: current "${activation}"`,
  );
}

/** The attributes of an operation with a fused activation. */
interface Fused {
  readonly activation: FusedActivation;
}

const known = new WeakMap<GradientContext<Fused>, Tensor>();

/** The gradient of the pre-activation `z`, computed once for all inputs. */
export function gradientOfZ(context: GradientContext<Fused>): Tensor {
  const { dy, output, attributes: { activation } } = context;
  if (activation === "linear") return dy;
  let dz = known.get(context);
  if (dz === undefined) known.set(context, dz = GRADIENTS[activation](dy, output));
  return dz;
}
