/** A bound on the weights that come into a unit. */
import { Configurable, type Constraint, constraints, type Known } from "@neurite/nn";
import { add, clip, div, mul, norm, type Tensor } from "@neurite/tensor";

/** What keeps the division apart from 0. */
const EPSILON = 1e-7;

/** The options of {@linkcode maxNorm}. */
export interface MaxNormOptions {
  /**
   * The axes along which a norm is taken: 0 for a `Dense` kernel, `[inputs, units]`; `[0, 1, 2]` for
   * a convolution's, `[height, width, inputs, filters]`. 0 by default.
   */
  axis?: number | readonly number[];
}

/**
 * What {@linkcode maxNorm} makes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MaxNorm, maxNorm } from "@neurite/regularization";
 *
 * assertEquals(new MaxNorm(3).maxValue, maxNorm(3).maxValue);
 * ```
 */
export class MaxNorm extends Configurable implements Constraint {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["maxValue"];
  /** The names of its options. */
  static override readonly options: Known<MaxNormOptions> = { axis: true };
  /** The largest norm c that is allowed. */
  readonly maxValue: number;
  /** The axes along which a norm is taken. */
  readonly axis: number | readonly number[];

  /** Throws `RangeError` unless the bound is above 0. */
  constructor(maxValue: number, options: MaxNormOptions = {}) {
    super(options);
    if (!(maxValue > 0)) {
      throw new RangeError(`Cannot bound norms as the bound must be above 0: current ${maxValue}`);
    }
    this.maxValue = maxValue;
    this.axis = options.axis ?? 0;
  }

  /** `w min(1, c / ‖w‖)` for the weights of each unit. */
  project(w: Tensor): Tensor {
    const axis = typeof this.axis === "number" ? this.axis : [...this.axis];
    const length = norm(w, { axis, keepDims: true });
    return mul(w, div(clip(length, 0, this.maxValue), add(length, EPSILON)));
  }
}

constraints.register({ MaxNorm });

/**
 * After each step, scales the weights that come into a unit back to norm `c` where it is larger:
 * `w ← w min(1, c / ‖w‖)`. With dropout it allows large learning rates (Srivastava et al., 2014,
 * section 5.1).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { maxNorm } from "@neurite/regularization";
 * import { tensor } from "@neurite/tensor";
 *
 * // One unit with weights (3, 4), of norm 5.
 * const [[a], [b]] = maxNorm(1).project(tensor([[3], [4]])).array() as number[][];
 * assertAlmostEquals(a, 0.6, 1e-6);
 * assertAlmostEquals(b, 0.8, 1e-6);
 * ```
 */
export function maxNorm(c = 2, options: MaxNormOptions = {}): MaxNorm {
  return new MaxNorm(c, options);
}
