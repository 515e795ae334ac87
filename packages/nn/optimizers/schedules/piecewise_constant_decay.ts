/** A learning rate that changes at given steps. */
import { Configurable, type Known } from "../../configurable.ts";
import type { Schedule } from "./schedule.ts";

/** The options of {@linkcode PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions {
  /** The last step of every piece but the last, in rising order. */
  boundaries: readonly number[];
  /** The learning rate of every piece: one more than boundaries. */
  values: readonly number[];
}

/**
 * The learning rate is `values[0]` up to and including step `boundaries[0]`, then `values[1]` up to
 * and including step `boundaries[1]`, ..., then the last of the values.
 *
 * Throws `RangeError` where there are not as many values as pieces, or the boundaries do not rise.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PiecewiseConstantDecay } from "@neurite/nn";
 *
 * const rate = new PiecewiseConstantDecay({ boundaries: [100, 150], values: [0.1, 0.01, 0.001] });
 * assertEquals([0, 100, 101, 150, 151].map((t) => rate.at(t)), [0.1, 0.1, 0.01, 0.01, 0.001]);
 * ```
 */
export class PiecewiseConstantDecay extends Configurable implements Schedule {
  /** The names of its options. */
  static override readonly options: Known<PiecewiseConstantDecayOptions> = {
    boundaries: true,
    values: true,
  };
  /** The last step of every piece but the last. */
  readonly boundaries: readonly number[];
  /** The learning rate of every piece. */
  readonly values: readonly number[];

  /** Takes the boundaries and the values between them. */
  constructor(options: PiecewiseConstantDecayOptions) {
    super(options);
    const { boundaries, values } = options;
    if (values.length !== boundaries.length + 1) {
      throw new RangeError(
        "Cannot make a schedule as there must be one value more than boundaries: current " +
          `${values.length} values, ${boundaries.length} boundaries`,
      );
    }
    if (boundaries.some((b, i) => i > 0 && !(b > boundaries[i - 1]))) {
      throw new RangeError(
        `Cannot make a schedule as its boundaries must rise: current ${boundaries.join(", ")}`,
      );
    }
    this.boundaries = [...boundaries];
    this.values = [...values];
  }

  /** The learning rate of a step. */
  at(step: number): number {
    const piece = this.boundaries.findIndex((boundary) => step <= boundary);
    return piece < 0 ? this.values[this.values.length - 1] : this.values[piece];
  }
}
