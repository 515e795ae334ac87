/** Initial values that are not random. */
import { eye, full, mul, type Rng, ShapeError, type Tensor } from "@neurite/tensor";
import { Configurable, type Known } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";

/**
 * Zeros: how biases start.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Zeros } from "@neurite/nn";
 *
 * assertEquals(new Zeros().make([2]).array(), [0, 0]);
 * ```
 */
export class Zeros extends Configurable implements Initializer {
  /** Zeros of the shape. */
  make(shape: readonly number[], _rng?: Rng): Tensor {
    return full(shape, 0);
  }
}

/**
 * Ones: how the scales of normalization start.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ones } from "@neurite/nn";
 *
 * assertEquals(new Ones().make([2]).array(), [1, 1]);
 * ```
 */
export class Ones extends Configurable implements Initializer {
  /** Ones of the shape. */
  make(shape: readonly number[], _rng?: Rng): Tensor {
    return full(shape, 1);
  }
}

/** The options of {@linkcode Constant}. */
export interface ConstantOptions {
  /** The number; 0 by default. */
  value?: number;
}

/**
 * The same number everywhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Constant } from "@neurite/nn";
 *
 * assertEquals(new Constant({ value: 0.5 }).make([2]).array(), [0.5, 0.5]);
 * ```
 */
export class Constant extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<ConstantOptions> = { value: true };
  /** The number. */
  readonly value: number;

  /** Takes the number. */
  constructor(options: ConstantOptions = {}) {
    super(options);
    const { value = 0 } = options;
    this.value = value;
  }

  /** The number, everywhere in the shape. */
  make(shape: readonly number[], _rng?: Rng): Tensor {
    return full(shape, this.value);
  }
}

/** The options of {@linkcode Identity}. */
export interface IdentityOptions {
  /** The number on the diagonal; 1 by default. */
  gain?: number;
}

/**
 * A matrix with `gain` on its diagonal and zeros elsewhere: a recurrent layer that starts so keeps
 * its state (Le et al., 2015). Throws `ShapeError` for anything but a matrix.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Identity } from "@neurite/nn";
 *
 * assertEquals(new Identity({ gain: 2 }).make([2, 3]).array(), [[2, 0, 0], [0, 2, 0]]);
 * ```
 */
export class Identity extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<IdentityOptions> = { gain: true };
  /** The number on the diagonal. */
  readonly gain: number;

  /** Takes the number on the diagonal. */
  constructor(options: IdentityOptions = {}) {
    super(options);
    const { gain = 1 } = options;
    this.gain = gain;
  }

  /** The matrix of the shape. */
  make(shape: readonly number[], _rng?: Rng): Tensor {
    if (shape.length !== 2) {
      throw new ShapeError("start as the identity", "the weight must be a matrix", [shape]);
    }
    return mul(eye(shape[0], shape[1]), this.gain);
  }
}
