import { type Binary, binary } from "../rules/elementwise.ts";
import { mul } from "../elementwise/mul.ts";
import { neg } from "../elementwise/neg.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";
import { sub } from "../elementwise/sub.ts";

/**
 * The cross-entropy of `p = sigmoid(x)` with the labels `t` of two classes, element by element,
 * broadcast: `y = -t log p - (1 - t) log(1 - p)`. Labels are 0 or 1, or probabilities between.
 *
 * `dy/dx = sigmoid(x) - t`, `dy/dt = -x`
 *
 * Computed from the logits `x` as `t softplus(-x) + (1 - t) softplus(x)`, so that neither large nor
 * small logits lose the loss. int32 labels become float32.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { sigmoidCrossEntropy } from "@neurite/tensor";
 *
 * const [right, wrong, unsure] = sigmoidCrossEntropy([1, 0, 1], [1000, 1000, 0]).dataSync();
 * assertEquals([right, wrong], [0, 1000]);
 * assertAlmostEquals(unsure, Math.log(2), 1e-6);
 * ```
 */
export const sigmoidCrossEntropy: Binary = binary({
  name: "sigmoidCrossEntropy",
  reference: (t, x) => {
    const small = Math.log1p(Math.exp(-Math.abs(x)));
    return t * (Math.max(-x, 0) + small) + (1 - t) * (Math.max(x, 0) + small);
  },
  gradients: [(dy, _t, x) => neg(mul(dy, x)), (dy, t, x) => mul(dy, sub(sigmoid(x), t))],
  domains: [[0, 1], [-4, 4]],
});
