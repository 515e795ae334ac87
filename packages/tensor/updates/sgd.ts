import type { Tensor } from "../tensor.ts";
import {
  applyUpdate,
  checkMomentum,
  type Update,
  type UpdateOptions,
  updating,
} from "../update.ts";
import type { UpdateDefinition } from "../backend.ts";

/** How {@linkcode sgdUpdate} goes down. */
export interface SgdUpdateOptions extends UpdateOptions {
  /** The learning rate η. */
  rate: number;
  /** The share of the velocity that is kept, μ; 0 by default. Above 0 it takes a `velocity`. */
  momentum?: number;
  /** The velocity, changed in place; zeros before the first step. */
  velocity?: Tensor;
  /** Whether the step looks ahead as Nesterov's does; `false` by default. */
  nesterov?: boolean;
  /** The share of the parameter that is taken away, decoupled from the gradient; 0 by default. */
  decay?: number;
}

/** The numbers at one place: the parameter, and its velocity with momentum. */
export type SgdPlace = readonly [w: number, velocity: number | undefined];

const update: UpdateDefinition<SgdPlace> = {
  name: "sgdUpdate",
  rule([w, velocity], g, [rate, momentum, nesterov, decay]) {
    const rest = w - decay * w;
    if (velocity === undefined) return [rest - rate * g, undefined];
    const next = momentum * velocity - rate * g;
    return [rest + (nesterov ? momentum * next - rate * g : next), next];
  },
};

/**
 * A step of gradient descent, in place: changes the parameter `w`, and the velocity where there is
 * one, given the gradient `g`. All are float32 tensors of one shape.
 *
 * - plain: `w ← w - η g`
 * - with momentum: `u ← μ u - η g`, then `w ← w + u`
 * - Nesterov's: `u ← μ u - η g`, then `w ← w + μ u - η g`
 *
 * With `decay` δ, the parameter before the step is `w - δ w`. The velocity contains the learning
 * rate, as in Keras and in Sutskever et al. (2013); PyTorch keeps it without, which is the same as
 * long as the rate does not change. Views of a changed tensor keep the old values.
 *
 * Throws `ShapeError`, `DTypeError` or `BackendError` where the tensors do not go together, and
 * `RangeError` for momentum without a velocity.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sgdUpdate, tensor, zerosLike } from "@neurite/tensor";
 *
 * const w = tensor([1, 2]), g = tensor([4, -8]);
 * sgdUpdate(w, g, { rate: 0.25 });
 * assertEquals(w.array(), [0, 4]);
 *
 * const velocity = zerosLike(w);
 * sgdUpdate(w, g, { rate: 0.25, momentum: 0.5, velocity });
 * sgdUpdate(w, g, { rate: 0.25, momentum: 0.5, velocity });
 * assertEquals(velocity.array(), [-1.5, 3]);
 * assertEquals(w.array(), [-2.5, 9]);
 * ```
 */
export const sgdUpdate: Update<[w: Tensor, g: Tensor, options: SgdUpdateOptions], SgdPlace> =
  updating(
    update,
    (w: Tensor, g: Tensor, options: SgdUpdateOptions) => {
      const { rate, momentum = 0, velocity, nesterov = false, decay = 0, guard } = options;
      checkMomentum("sgdUpdate", momentum, velocity);
      applyUpdate(update, [w, velocity], g, [rate, momentum, nesterov ? 1 : 0, decay], guard);
    },
    [
      {
        name: "plain",
        changed: [[-2, 2]],
        call: ([w], g, guard) => sgdUpdate(w, g, { guard, rate: 0.3 }),
      },
      {
        name: "weight decay",
        changed: [[-2, 2]],
        call: ([w], g, guard) => sgdUpdate(w, g, { guard, rate: 0.3, decay: 0.01 }),
      },
      {
        name: "momentum",
        changed: [[-2, 2], [-1, 1]],
        call: ([w, velocity], g, guard) =>
          sgdUpdate(w, g, { guard, rate: 0.3, momentum: 0.9, velocity }),
      },
      {
        name: "Nesterov, weight decay",
        changed: [[-2, 2], [-1, 1]],
        call: ([w, velocity], g, guard) =>
          sgdUpdate(w, g, {
            guard,
            rate: 0.3,
            momentum: 0.9,
            velocity,
            nesterov: true,
            decay: 0.01,
          }),
      },
    ],
  );
