/** A learning rate that falls along a cosine, after a warm-up. */
import { Configurable, type Known } from "../../configurable.ts";
import { checkSteps, type Schedule } from "./schedule.ts";

/** The options of {@linkcode CosineDecay}. */
export interface CosineDecayOptions {
  /** The learning rate η₀ at step 0. */
  initialLearningRate: number;
  /** The steps n of the decay, after those of the warm-up; more than 0. */
  decaySteps: number;
  /** The part α of the highest rate that is left at the end; 0 by default. */
  alpha?: number;
  /** The rate η₁ that the warm-up leads to; without it there is none. */
  warmupTarget?: number;
  /** The steps w of the warm-up; 0 by default. */
  warmupSteps?: number;
}

/**
 * The learning rate falls along half a period of a cosine (Loshchilov and Hutter, 2017): at step t
 * it is `η₀ ((1 - α) (1 + cos(π t / n)) / 2 + α)`, and `η₀ α` from step n on.
 *
 * With a `warmupTarget` η₁ it first rises along a straight line from η₀ to η₁ in w steps (Goyal et
 * al., 2017), then falls from η₁ in n more.
 *
 * Throws `RangeError` where n is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { CosineDecay } from "@neurite/nn";
 *
 * const rate = new CosineDecay({
 *   initialLearningRate: 0,
 *   warmupTarget: 0.1,
 *   warmupSteps: 10,
 *   decaySteps: 100,
 * });
 * assertAlmostEquals(rate.at(5), 0.05);
 * assertAlmostEquals(rate.at(10), 0.1);
 * assertAlmostEquals(rate.at(60), 0.05);
 * assertAlmostEquals(rate.at(500), 0);
 * ```
 */
export class CosineDecay extends Configurable implements Schedule {
  /** The names of its options. */
  static override readonly options: Known<CosineDecayOptions> = {
    initialLearningRate: true,
    decaySteps: true,
    alpha: true,
    warmupTarget: true,
    warmupSteps: true,
  };
  /** The learning rate η₀ at step 0. */
  readonly initialLearningRate: number;
  /** The steps n of the decay, after those of the warm-up. */
  readonly decaySteps: number;
  /** The part α of the highest rate that is left at the end. */
  readonly alpha: number;
  /** The rate η₁ that the warm-up leads to. */
  readonly warmupTarget: number | undefined;
  /** The steps w of the warm-up. */
  readonly warmupSteps: number;

  /** Takes the numbers of the formula. */
  constructor(options: CosineDecayOptions) {
    super(options);
    const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
    checkSteps(decaySteps);
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.alpha = alpha;
    this.warmupTarget = warmupTarget;
    this.warmupSteps = warmupSteps;
  }

  /** The learning rate of a step. */
  at(step: number): number {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = this;
    const warmup = warmupTarget === undefined ? 0 : warmupSteps;
    const highest = warmupTarget ?? initialLearningRate;
    if (step < warmup) {
      return initialLearningRate + (highest - initialLearningRate) * step / warmup;
    }
    const fallen = Math.min(step - warmup, decaySteps) / decaySteps;
    return highest * ((1 - alpha) * (1 + Math.cos(Math.PI * fallen)) / 2 + alpha);
  }
}
