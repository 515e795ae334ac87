/** Stochastic gradient descent. */
import { sgdUpdate, type Tensor } from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import { checkShare, Optimizer, type OptimizerOptions, type Step } from "./optimizer.ts";

/** The options of {@linkcode SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** The learning rate η, or how it changes from step to step; 0.01 by default. */
  learningRate?: OptimizerOptions["learningRate"];
  /** The share of the velocity that is kept, μ; 0 by default. */
  momentum?: number;
  /** Whether the step looks ahead as Nesterov's does; `false` by default. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent: down the gradient of the batch,
 *
 * ```text
 * w ← w - η g
 * ```
 *
 * With momentum μ (Polyak, 1964) the step is a velocity, which keeps its direction:
 *
 * ```text
 * u ← μ u - η g
 * w ← w + u
 * ```
 *
 * Nesterov's form (Sutskever et al., 2013) goes where the velocity will have been:
 *
 * ```text
 * u ← μ u - η g
 * w ← w + μ u - η g
 * ```
 *
 * As in Keras, the velocity contains the learning rate: where the rate changes, older steps keep
 * theirs. PyTorch multiplies the whole velocity by the rate of the step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SGD, Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const w = new Variable("w", tensor([1, 2])), optimizer = new SGD({ learningRate: 0.25 });
 * optimizer.apply([tensor([4, -8])], [w]);
 * assertEquals(w.value.array(), [0, 4]);
 * assertEquals(optimizer.iterations, 1);
 * ```
 */
export class SGD extends Optimizer {
  /** The names of its options. */
  static override readonly options: Known<SGDOptions> = {
    ...Optimizer.options,
    learningRate: true,
    momentum: true,
    nesterov: true,
  };
  /** The name that `compile` knows. */
  readonly name = "sgd";
  /** The share of the velocity that is kept, μ. */
  readonly momentum: number;
  /** Whether the step looks ahead. */
  readonly nesterov: boolean;
  /** The velocity, where there is momentum. */
  protected override readonly moments: Readonly<Record<string, number>>;

  /** Checks the options. */
  constructor(options: SGDOptions = {}) {
    const { momentum = 0, nesterov = false, learningRate = 0.01 } = options;
    super({ ...options, learningRate });
    checkShare("momentum", momentum);
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.moments = momentum > 0 ? { velocity: 0 } : {};
  }

  /** The rule. */
  protected update(w: Tensor, g: Tensor, [velocity]: readonly Tensor[], step: Step): void {
    const { momentum, nesterov } = this, { rate, decay, guard } = step;
    sgdUpdate(w, g, { rate, momentum, velocity, nesterov, decay, guard });
  }
}
