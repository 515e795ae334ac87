import type { Tensor } from "../tensor.ts";
import {
  applyUpdate,
  checkMomentum,
  type Update,
  type UpdateOptions,
  updating,
} from "../update.ts";
import type { UpdateDefinition } from "../backend.ts";

/** How {@linkcode rmsPropUpdate} goes down. */
export interface RmsPropUpdateOptions extends UpdateOptions {
  /** The learning rate η. */
  rate: number;
  /** The share of the means that is kept, ρ. */
  rho: number;
  /** What is added to the mean of squares, so that nothing is divided by 0: ε. */
  epsilon: number;
  /** The mean of the gradient, changed in place, for the centred form; zeros before the first step. */
  mean?: Tensor;
  /** The share of the velocity that is kept, μ; 0 by default. Above 0 it takes a `velocity`. */
  momentum?: number;
  /** The velocity, changed in place; zeros before the first step. */
  velocity?: Tensor;
  /** The share of the parameter that is taken away, decoupled from the gradient; 0 by default. */
  decay?: number;
}

/** The numbers at one place: the parameter, the means of the gradient's square and of the gradient, the velocity. */
export type RmsPropPlace = readonly [
  w: number,
  v: number,
  mean: number | undefined,
  velocity: number | undefined,
];

const update: UpdateDefinition<RmsPropPlace> = {
  name: "rmsPropUpdate",
  rule([w, v, mean, velocity], g, [rate, share, epsilon, momentum, decay]) {
    v += share * (g * g - v);
    if (mean !== undefined) mean += share * (g - mean);
    let step = rate * g / Math.sqrt(v - (mean ?? 0) ** 2 + epsilon);
    if (velocity !== undefined) step = velocity = momentum * velocity + step;
    return [w - decay * w - step, v, mean, velocity];
  },
};

/**
 * A step of RMSProp (Tieleman and Hinton, 2012), in place: changes the parameter `w` and the mean `v`
 * of its gradient's square, given the gradient `g`. All are float32 tensors of one shape; `v` is zeros
 * before the first step.
 *
 * ```text
 * v ← ρ v + (1 - ρ) g²
 * w ← w - η g / sqrt(v + ε)
 * ```
 *
 * With a `mean` a it is centred: `a ← ρ a + (1 - ρ) g`, and `v - a²`, the variance, stands in place of
 * `v` in the root (Graves, 2013). With a `velocity` u, `u ← μ u + η g / sqrt(v + ε)` and `w ← w - u`.
 * With `decay` δ, the parameter before the step is `w - δ w`.
 *
 * As in Keras, ε is within the root, where PyTorch adds it to the root, and the velocity contains
 * the learning rate. Views of a changed tensor keep the old values.
 *
 * Throws `ShapeError`, `DTypeError` or `BackendError` where the tensors do not go together, and
 * `RangeError` for momentum without a velocity.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rmsPropUpdate, tensor, zerosLike } from "@neurite/tensor";
 *
 * const w = tensor([1, 1]), v = zerosLike(w);
 * rmsPropUpdate(w, v, tensor([4, -8]), { rate: 0.5, rho: 0.75, epsilon: 0 });
 * assertEquals(v.array(), [4, 16]);
 * assertEquals(w.array(), [0, 2]);
 * ```
 */
export const rmsPropUpdate: Update<
  [w: Tensor, v: Tensor, g: Tensor, options: RmsPropUpdateOptions],
  RmsPropPlace
> = updating(
  update,
  (w: Tensor, v: Tensor, g: Tensor, options: RmsPropUpdateOptions) => {
    const { rate, rho, epsilon, mean, momentum = 0, velocity, decay = 0, guard } = options;
    checkMomentum("rmsPropUpdate", momentum, velocity);
    const parameters = [rate, 1 - rho, epsilon, momentum, decay];
    applyUpdate(update, [w, v, mean, velocity], g, parameters, guard);
  },
  [
    {
      name: "plain",
      changed: [[-2, 2], [0.1, 1]],
      call: ([w, v], g, guard) => rmsPropUpdate(w, v, g, { ...USUAL, guard }),
    },
    {
      name: "weight decay",
      changed: [[-2, 2], [0.1, 1]],
      call: ([w, v], g, guard) => rmsPropUpdate(w, v, g, { ...USUAL, guard, decay: 0.01 }),
    },
    {
      name: "centred",
      changed: [[-2, 2], [0.5, 1], [-0.5, 0.5]],
      call: ([w, v, mean], g, guard) => rmsPropUpdate(w, v, g, { ...USUAL, guard, mean }),
    },
    {
      name: "momentum",
      changed: [[-2, 2], [0.1, 1], [-1, 1]],
      call: ([w, v, velocity], g, guard) =>
        rmsPropUpdate(w, v, g, { ...USUAL, guard, momentum: 0.8, velocity }),
    },
    {
      name: "centred, momentum, weight decay",
      changed: [[-2, 2], [0.5, 1], [-0.5, 0.5], [-1, 1]],
      call: ([w, v, mean, velocity], g, guard) =>
        rmsPropUpdate(w, v, g, { ...USUAL, guard, mean, momentum: 0.8, velocity, decay: 0.01 }),
    },
  ],
);

/** What samples use. */
const USUAL: RmsPropUpdateOptions = { rate: 0.3, rho: 0.9, epsilon: 1e-7 };
