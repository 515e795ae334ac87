/** Adam. */
import { adamUpdate, type Tensor } from "@neurite/tensor";
import { checkPositive } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { checkShare, Optimizer, type OptimizerOptions, type Step } from "./optimizer.ts";

/** The options of {@linkcode Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** The learning rate η, or how it changes from step to step; 0.001 by default. */
  learningRate?: OptimizerOptions["learningRate"];
  /** The share of the gradient's mean that is kept, β₁; 0.9 by default. */
  beta1?: number;
  /** The share of the mean of its squares that is kept, β₂; 0.999 by default. */
  beta2?: number;
  /** What is added to the root, ε; 1e-7 by default. */
  epsilon?: number;
  /** Whether the greatest mean of squares so far counts; `false` by default. */
  amsgrad?: boolean;
}

/**
 * Adam (Kingma and Ba, 2015): momentum, divided by the root of the mean of squares, both corrected
 * for having started at 0. At step t
 *
 * ```text
 * m ← β₁ m + (1 - β₁) g
 * v ← β₂ v + (1 - β₂) g²
 * α = η sqrt(1 - β₂ᵗ) / (1 - β₁ᵗ)
 * w ← w - α m / (sqrt(v) + ε)
 * ```
 *
 * With `amsgrad` (Reddi et al., 2018), the greatest `v` so far stands in the root.
 *
 * As in Keras, ε is the paper's "ε hat", added to the root of the uncorrected `v`, and 1e-7; PyTorch
 * adds its 1e-8 to the root of the corrected one, `v / (1 - β₂ᵗ)`, and takes the greatest of those
 * for AMSGrad.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Adam, Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const w = new Variable("w", tensor(1)), optimizer = new Adam({ learningRate: 0.1 });
 * optimizer.apply([tensor(1000)], [w]);
 * assertAlmostEquals(w.value.item(), 0.9, 1e-6); // the first step is η long
 * ```
 */
export class Adam extends Optimizer {
  /** The names of its options. */
  static override readonly options: Known<AdamOptions> = {
    ...Optimizer.options,
    learningRate: true,
    beta1: true,
    beta2: true,
    epsilon: true,
    amsgrad: true,
  };
  /** The name that `compile` knows. */
  readonly name: string = "adam";
  /** The share of the gradient's mean that is kept, β₁. */
  readonly beta1: number;
  /** The share of the mean of its squares that is kept, β₂. */
  readonly beta2: number;
  /** What is added to the root, ε. */
  readonly epsilon: number;
  /** Whether the greatest mean of squares so far counts. */
  readonly amsgrad: boolean;
  /** The means, and the greatest mean of squares for AMSGrad. */
  protected override readonly moments: Readonly<Record<string, number>>;

  /** Checks the options. */
  constructor(options: AdamOptions = {}) {
    super(options);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
    checkShare("beta1", beta1);
    checkShare("beta2", beta2);
    checkPositive("optimize", "epsilon", epsilon, true);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.amsgrad = amsgrad;
    this.moments = { m: 0, v: 0, ...(amsgrad && { maximum: 0 }) };
  }

  /** The rule. */
  protected update(w: Tensor, g: Tensor, [m, v, maximum]: readonly Tensor[], step: Step): void {
    const { beta1, beta2, epsilon } = this, { decay, guard, number: t } = step;
    const rate = step.rate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
    adamUpdate(w, m, v, g, { rate, beta1, beta2, epsilon, maximum, decay, guard });
  }
}
