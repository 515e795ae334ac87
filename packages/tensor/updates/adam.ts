import type { Tensor } from "../tensor.ts";
import { applyUpdate, type Update, type UpdateOptions, updating } from "../update.ts";
import type { UpdateDefinition } from "../backend.ts";

/** How {@linkcode adamUpdate} goes down. */
export interface AdamUpdateOptions extends UpdateOptions {
  /** The learning rate with the corrections of this step: `α = η sqrt(1 - β₂ᵗ) / (1 - β₁ᵗ)`. */
  rate: number;
  /** The share of the mean that is kept, β₁. */
  beta1: number;
  /** The share of the mean of squares that is kept, β₂. */
  beta2: number;
  /** What is added to the root, so that nothing is divided by 0: ε. */
  epsilon: number;
  /** The greatest mean of squares so far, changed in place, for AMSGrad; zeros before the first step. */
  maximum?: Tensor;
  /** The share of the parameter that is taken away, decoupled from the gradient; 0 by default. */
  decay?: number;
}

/** The numbers at one place: the parameter, the means of the gradient and of its square, their maximum. */
export type AdamPlace = readonly [w: number, m: number, v: number, maximum: number | undefined];

const update: UpdateDefinition<AdamPlace> = {
  name: "adamUpdate",
  rule([w, m, v, maximum], g, [rate, share1, share2, epsilon, decay]) {
    m += share1 * (g - m);
    v += share2 * (g * g - v);
    if (maximum !== undefined) maximum = Math.max(maximum, v);
    w -= decay * w + rate * m / (Math.sqrt(maximum ?? v) + epsilon);
    return [w, m, v, maximum];
  },
};

/**
 * A step of Adam (Kingma and Ba, 2015), in place: changes the parameter `w` and the means `m` and `v`
 * of its gradient and of the gradient's square, given the gradient `g`. All are float32 tensors of
 * one shape; `m` and `v` are zeros before the first step.
 *
 * ```text
 * m ← β₁ m + (1 - β₁) g
 * v ← β₂ v + (1 - β₂) g²
 * w ← w - α m / (sqrt(v) + ε)
 * ```
 *
 * The corrections for the zeros at the start are in `rate`, α: numbers for the whole step. So ε is
 * that of Keras, "ε hat" in the paper; PyTorch's is divided by `sqrt(1 - β₂ᵗ)` here. With a `maximum`,
 * it stands in place of `v` in the root (AMSGrad, Reddi et al., 2018). With `decay` δ, the parameter
 * before the step is `w - δ w` (Loshchilov and Hutter, 2019). Views of a changed tensor keep the old
 * values.
 *
 * Throws `ShapeError`, `DTypeError` or `BackendError` where the tensors do not go together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { adamUpdate, tensor, zerosLike } from "@neurite/tensor";
 *
 * const w = tensor([1, 1]), m = zerosLike(w), v = zerosLike(w), g = tensor([4, -8]);
 * const [eta, beta1, beta2, t] = [0.5, 0.5, 0.75, 1];
 * const rate = eta * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
 * adamUpdate(w, m, v, g, { rate, beta1, beta2, epsilon: 0 });
 * assertEquals(m.array(), [2, -4]);
 * assertEquals(v.array(), [4, 16]);
 * assertEquals(w.array(), [0.5, 1.5]); // the first step is η long, whatever the gradient
 * ```
 */
export const adamUpdate: Update<
  [w: Tensor, m: Tensor, v: Tensor, g: Tensor, options: AdamUpdateOptions],
  AdamPlace
> = updating(
  update,
  (w: Tensor, m: Tensor, v: Tensor, g: Tensor, options: AdamUpdateOptions) => {
    const { rate, beta1, beta2, epsilon, maximum, decay = 0, guard } = options;
    // What is left of 1 is taken here: of a β₂ in float32 it would be wrong in the fourth digit.
    applyUpdate(update, [w, m, v, maximum], g, [rate, 1 - beta1, 1 - beta2, epsilon, decay], guard);
  },
  [
    {
      name: "plain",
      changed: [[-2, 2], [-1, 1], [0.1, 1]],
      call: ([w, m, v], g, guard) => adamUpdate(w, m, v, g, { ...USUAL, guard }),
    },
    {
      name: "from zeros",
      changed: [[-2, 2], [0, 0], [0, 0]],
      call: ([w, m, v], g, guard) => adamUpdate(w, m, v, g, { ...USUAL, guard }),
    },
    {
      name: "weight decay",
      changed: [[-2, 2], [-1, 1], [0.1, 1]],
      call: ([w, m, v], g, guard) => adamUpdate(w, m, v, g, { ...USUAL, guard, decay: 0.01 }),
    },
    {
      name: "AMSGrad",
      changed: [[-2, 2], [-1, 1], [0.1, 1], [0.1, 1]],
      call: ([w, m, v, maximum], g, guard) => adamUpdate(w, m, v, g, { ...USUAL, guard, maximum }),
    },
  ],
);

/** What samples use. */
const USUAL: AdamUpdateOptions = { rate: 0.3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
