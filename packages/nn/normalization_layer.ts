/** What layers have in common that bring values to mean 0 and variance 1, and then to learnt ones. */
import type { Rng, Tensor } from "@neurite/tensor";
import { checkPositive } from "@neurite/tensor/internal";
import type { Known } from "./configurable.ts";
import { type Initializer, initializerOf } from "./initializers/mod.ts";
import { Layer, type LayerOptions } from "./layer.ts";
import type { Constraint, Regularizer, Variable } from "./variable.ts";

/** The options of every layer that normalizes. */
export interface NormalizationOptions extends LayerOptions {
  /** What is added to the variance, so that nothing is divided by 0; 1e-3 by default. */
  epsilon?: number;
  /** Whether `beta` is added; `true` by default. */
  center?: boolean;
  /** Whether `gamma` is a factor; `true` by default. */
  scale?: boolean;
  /** The initial values of `beta`; `"zeros"` by default. */
  betaInitializer?: string | Initializer;
  /** The initial values of `gamma`; `"ones"` by default. */
  gammaInitializer?: string | Initializer;
  /** What is added to the loss for the size of `beta`. */
  betaRegularizer?: Regularizer;
  /** What is added to the loss for the size of `gamma`. */
  gammaRegularizer?: Regularizer;
  /** What keeps `beta` in bounds. */
  betaConstraint?: Constraint;
  /** What keeps `gamma` in bounds. */
  gammaConstraint?: Constraint;
}

/**
 * The base of layers `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`: a subclass says over which
 * axes mean and variance are taken.
 *
 * @example Every example brought to length 1, times `gamma`
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NormalizationLayer, Sequential, type Shape } from "@neurite/nn";
 * import { div, mul, norm, type Rng, type Tensor } from "@neurite/tensor";
 *
 * class UnitNorm extends NormalizationLayer {
 *   computeOutputShape([shape]: readonly Shape[]): Shape {
 *     return shape;
 *   }
 *   protected override build([shape]: readonly Shape[], rng: Rng): void {
 *     this.makeScale(shape as number[], rng);
 *   }
 *   call([x]: readonly Tensor[]): Tensor {
 *     return mul(this.gamma!, div(x, norm(x, { axis: -1, keepDims: true })));
 *   }
 * }
 * const model = new Sequential([new UnitNorm({ center: false })]);
 * assertEquals(model.predict([[0, 5]]).array(), [[0, 1]]);
 * ```
 */
export abstract class NormalizationLayer extends Layer {
  /** The names of its options. */
  static override readonly options: Known<NormalizationOptions> = {
    ...Layer.options,
    epsilon: true,
    center: true,
    scale: true,
    betaInitializer: true,
    gammaInitializer: true,
    betaRegularizer: true,
    gammaRegularizer: true,
    betaConstraint: true,
    gammaConstraint: true,
  };
  /** What is added to the variance. */
  readonly epsilon: number;
  /** Whether `beta` is added. */
  readonly center: boolean;
  /** Whether `gamma` is a factor. */
  readonly scale: boolean;
  /** The initial values of `beta`. */
  readonly betaInitializer: Initializer;
  /** The initial values of `gamma`. */
  readonly gammaInitializer: Initializer;
  /** What is added to the loss for the size of `beta`. */
  readonly betaRegularizer: Regularizer | undefined;
  /** What is added to the loss for the size of `gamma`. */
  readonly gammaRegularizer: Regularizer | undefined;
  /** What keeps `beta` in bounds. */
  readonly betaConstraint: Constraint | undefined;
  /** What keeps `gamma` in bounds. */
  readonly gammaConstraint: Constraint | undefined;
  #gamma: Variable | undefined;
  #beta: Variable | undefined;

  /** Checks the options; throws `RangeError` for an epsilon that is negative or not finite. */
  constructor(options: NormalizationOptions = {}) {
    super(options);
    this.epsilon = options.epsilon ?? 1e-3;
    checkPositive(`make a ${this.className} layer`, "epsilon", this.epsilon, true);
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaInitializer = initializerOf(options.betaInitializer ?? "zeros");
    this.gammaInitializer = initializerOf(options.gammaInitializer ?? "ones");
    this.betaRegularizer = options.betaRegularizer;
    this.gammaRegularizer = options.gammaRegularizer;
    this.betaConstraint = options.betaConstraint;
    this.gammaConstraint = options.gammaConstraint;
  }

  /** The factor, where there is one. */
  protected get gamma(): Tensor | undefined {
    return this.#gamma?.value;
  }

  /** What is added, where something is. */
  protected get beta(): Tensor | undefined {
    return this.#beta?.value;
  }

  /** Makes `gamma` and `beta`, where they are wanted. */
  protected makeScale(shape: readonly number[], rng: Rng): void {
    if (this.scale) {
      this.#gamma = this.addWeight("gamma", shape, this.gammaInitializer, rng, {
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    }
    if (this.center) {
      this.#beta = this.addWeight("beta", shape, this.betaInitializer, rng, {
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
    }
  }
}
