/** Adam with weight decay. */
import { Adam, type AdamOptions } from "./adam.ts";

/** The options of {@linkcode AdamW}: Adam's, with another weight decay. */
export interface AdamWOptions extends AdamOptions {
  /** The weight decay λ; 0.004 by default. */
  weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): before Adam's step, every weight
 * loses a part of itself,
 *
 * ```text
 * w ← w - η λ w
 * ```
 *
 * A penalty on the loss would be divided by the root of the mean of squares with the rest of the
 * gradient, so that weights with large gradients were held back least; this is not. λ is 0.004 as in
 * Keras, 0.01 in PyTorch.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { AdamW, Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const w = new Variable("w", tensor(1));
 * new AdamW({ learningRate: 0.1, weightDecay: 0.5 }).apply([tensor(0)], [w]);
 * assertAlmostEquals(w.value.item(), 0.95, 1e-6);
 * ```
 */
export class AdamW extends Adam {
  /** The name that `compile` knows. */
  override readonly name = "adamw";

  /** Checks the options. */
  constructor({ weightDecay = 0.004, ...options }: AdamWOptions = {}) {
    super({ ...options, weightDecay });
  }
}
