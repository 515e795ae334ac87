/** A learning rate that falls exponentially. */
import { Configurable, type Known } from "../../configurable.ts";
import { checkSteps, type Schedule } from "./schedule.ts";

/** The options of {@linkcode ExponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The learning rate η₀ at step 0. */
  initialLearningRate: number;
  /** The steps n in which it falls; more than 0. */
  decaySteps: number;
  /** The factor d of n steps. */
  decayRate: number;
  /** Whether it falls at once after every n steps; `false` by default. */
  staircase?: boolean;
}

/**
 * The learning rate falls by the same factor in equal times: at step t it is `η₀ d^(t / n)`. On a
 * staircase, `t / n` is rounded down.
 *
 * Throws `RangeError` where n is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { ExponentialDecay } from "@neurite/nn";
 *
 * const rate = new ExponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.5 });
 * assertAlmostEquals(rate.at(0), 0.1);
 * assertAlmostEquals(rate.at(200), 0.025);
 * ```
 */
export class ExponentialDecay extends Configurable implements Schedule {
  /** The names of its options. */
  static override readonly options: Known<ExponentialDecayOptions> = {
    initialLearningRate: true,
    decaySteps: true,
    decayRate: true,
    staircase: true,
  };
  /** The learning rate η₀ at step 0. */
  readonly initialLearningRate: number;
  /** The steps n in which it falls. */
  readonly decaySteps: number;
  /** The factor d of n steps. */
  readonly decayRate: number;
  /** Whether it falls at once after every n steps. */
  readonly staircase: boolean;

  /** Takes the numbers of the formula. */
  constructor(options: ExponentialDecayOptions) {
    super(options);
    const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
    checkSteps(decaySteps);
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.decayRate = decayRate;
    this.staircase = staircase;
  }

  /** The learning rate of a step. */
  at(step: number): number {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this;
    const fallen = step / decaySteps;
    return initialLearningRate * decayRate ** (staircase ? Math.floor(fallen) : fallen);
  }
}
