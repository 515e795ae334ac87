/** RMSProp. */
import { rmsPropUpdate, type Tensor } from "@neurite/tensor";
import { checkPositive } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { checkShare, Optimizer, type OptimizerOptions, type Step } from "./optimizer.ts";

/** The options of {@linkcode RMSProp}. */
export interface RMSPropOptions extends OptimizerOptions {
  /** The learning rate η, or how it changes from step to step; 0.001 by default. */
  learningRate?: OptimizerOptions["learningRate"];
  /** The share of the means that is kept, ρ; 0.9 by default. */
  rho?: number;
  /** The share of the velocity that is kept, μ; 0 by default. */
  momentum?: number;
  /** What is added to the mean of squares, ε; 1e-7 by default. */
  epsilon?: number;
  /** Whether the gradient's mean is taken off its square; `false` by default. */
  centered?: boolean;
}

/**
 * RMSProp (Tieleman and Hinton, 2012): every weight's gradient is divided by the root of the mean of
 * its latest squares,
 *
 * ```text
 * v ← ρ v + (1 - ρ) g²
 * w ← w - η g / sqrt(v + ε)
 * ```
 *
 * The centred form (Graves, 2013) divides by the standard deviation:
 *
 * ```text
 * a ← ρ a + (1 - ρ) g
 * w ← w - η g / sqrt(v - a² + ε)
 * ```
 *
 * With momentum μ, the step is a velocity: `u ← μ u + η g / sqrt(...)`, `w ← w - u`.
 *
 * As in Keras, where it is called `RMSprop`, ε is within the root and ρ is 0.9; PyTorch adds ε to
 * the root and keeps 0.99.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RMSProp, Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const w = new Variable("w", tensor([1, 1]));
 * const optimizer = new RMSProp({ learningRate: 0.5, rho: 0.75, epsilon: 0 });
 * optimizer.apply([tensor([4, -8])], [w]);
 * assertEquals(w.value.array(), [0, 2]);
 * ```
 */
export class RMSProp extends Optimizer {
  /** The names of its options. */
  static override readonly options: Known<RMSPropOptions> = {
    ...Optimizer.options,
    learningRate: true,
    rho: true,
    momentum: true,
    epsilon: true,
    centered: true,
  };
  /** The name that `compile` knows. */
  readonly name = "rmsprop";
  /** The share of the means that is kept, ρ. */
  readonly rho: number;
  /** The share of the velocity that is kept, μ. */
  readonly momentum: number;
  /** What is added to the mean of squares, ε. */
  readonly epsilon: number;
  /** Whether the gradient's mean is taken off its square. */
  readonly centered: boolean;
  /** The means, and the velocity where there is momentum. */
  protected override readonly moments: Readonly<Record<string, number>>;

  /** Checks the options. */
  constructor(options: RMSPropOptions = {}) {
    super(options);
    const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
    checkShare("rho", rho);
    checkShare("momentum", momentum);
    checkPositive("optimize", "epsilon", epsilon, true);
    this.rho = rho;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.centered = centered;
    this.moments = { v: 0, ...(centered && { mean: 0 }), ...(momentum > 0 && { velocity: 0 }) };
  }

  /** The rule. */
  protected update(w: Tensor, g: Tensor, [v, ...rest]: readonly Tensor[], step: Step): void {
    const { rho, momentum, epsilon, centered } = this, { rate, decay, guard } = step;
    const mean = centered ? rest[0] : undefined, velocity = rest[centered ? 1 : 0];
    rmsPropUpdate(w, v, g, { rate, rho, epsilon, mean, momentum, velocity, decay, guard });
  }
}
