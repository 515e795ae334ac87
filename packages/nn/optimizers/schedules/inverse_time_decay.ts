/** A learning rate that falls as the reciprocal of the time. */
import { Configurable, type Known } from "../../configurable.ts";
import { checkSteps, type Schedule } from "./schedule.ts";

/** The options of {@linkcode InverseTimeDecay}. */
export interface InverseTimeDecayOptions {
  /** The learning rate η₀ at step 0. */
  initialLearningRate: number;
  /** The steps n in which it falls; more than 0. */
  decaySteps: number;
  /** How fast it falls, d. */
  decayRate: number;
  /** Whether it falls at once after every n steps; `false` by default. */
  staircase?: boolean;
}

/**
 * The learning rate falls as the reciprocal of the time: at step t it is `η₀ / (1 + d t / n)`. On a
 * staircase, `t / n` is rounded down. With rates of this kind, which fall slowly enough to add up to
 * infinity, stochastic gradient descent converges (Robbins and Monro, 1951).
 *
 * Throws `RangeError` where n is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { InverseTimeDecay } from "@neurite/nn";
 *
 * const rate = new InverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
 * assertAlmostEquals(rate.at(20), 0.05);
 * ```
 */
export class InverseTimeDecay extends Configurable implements Schedule {
  /** The names of its options. */
  static override readonly options: Known<InverseTimeDecayOptions> = {
    initialLearningRate: true,
    decaySteps: true,
    decayRate: true,
    staircase: true,
  };
  /** The learning rate η₀ at step 0. */
  readonly initialLearningRate: number;
  /** The steps n in which it falls. */
  readonly decaySteps: number;
  /** How fast it falls, d. */
  readonly decayRate: number;
  /** Whether it falls at once after every n steps. */
  readonly staircase: boolean;

  /** Takes the numbers of the formula. */
  constructor(options: InverseTimeDecayOptions) {
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
    return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(fallen) : fallen));
  }
}
