/** A learning rate that falls as a power of the time that is left. */
import { Configurable, type Known } from "../../configurable.ts";
import { checkSteps, type Schedule } from "./schedule.ts";

/** The options of {@linkcode PolynomialDecay}. */
export interface PolynomialDecayOptions {
  /** The learning rate η₀ at step 0. */
  initialLearningRate: number;
  /** The steps n in which it falls; more than 0. */
  decaySteps: number;
  /** The learning rate η₁ after n steps; 0.0001 by default. */
  endLearningRate?: number;
  /** The power p; 1, a straight line, by default. */
  power?: number;
  /** Whether it begins again, with n doubled, trebled, ...; `false` by default. */
  cycle?: boolean;
}

/**
 * The learning rate falls from η₀ to η₁ in n steps, as a power of the time that is left: at step t
 * it is `(η₀ - η₁) (1 - t / n)^p + η₁`, and η₁ from then on.
 *
 * With `cycle`, n is replaced by the smallest multiple of it that is not below t: the rate jumps up
 * after every n steps, less high each time.
 *
 * Throws `RangeError` where n is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { PolynomialDecay } from "@neurite/nn";
 *
 * const rate = new PolynomialDecay({
 *   initialLearningRate: 0.1,
 *   decaySteps: 100,
 *   endLearningRate: 0.02,
 *   power: 2,
 * });
 * assertAlmostEquals(rate.at(50), 0.04);
 * assertAlmostEquals(rate.at(1000), 0.02);
 * ```
 */
export class PolynomialDecay extends Configurable implements Schedule {
  /** The names of its options. */
  static override readonly options: Known<PolynomialDecayOptions> = {
    initialLearningRate: true,
    decaySteps: true,
    endLearningRate: true,
    power: true,
    cycle: true,
  };
  /** The learning rate η₀ at step 0. */
  readonly initialLearningRate: number;
  /** The steps n in which it falls. */
  readonly decaySteps: number;
  /** The learning rate η₁ after n steps. */
  readonly endLearningRate: number;
  /** The power p. */
  readonly power: number;
  /** Whether it begins again, with n doubled, trebled, . */
  readonly cycle: boolean;

  /** Takes the numbers of the formula. */
  constructor(options: PolynomialDecayOptions) {
    super(options);
    const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } =
      options;
    checkSteps(decaySteps);
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.endLearningRate = endLearningRate;
    this.power = power;
    this.cycle = cycle;
  }

  /** The learning rate of a step. */
  at(step: number): number {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = this;
    const n = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, n) / n;
    return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
  }
}
