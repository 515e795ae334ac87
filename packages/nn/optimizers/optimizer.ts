/** What an optimizer is: the rule by which gradients change weights. */
import { keep, mul, onesLike, type Tensor, tidy } from "@neurite/tensor";
import { Configurable, type Known, plainOptions } from "../configurable.ts";
import { countNumbers } from "../loading.ts";
import { Registry } from "../registry.ts";
import type { Variable } from "../variable.ts";
import { checkClipping, clipGradients, type ClippingOptions } from "./clipping.ts";
import type { Schedule } from "./schedules/mod.ts";

/** The options that every optimizer takes. */
export interface OptimizerOptions extends ClippingOptions {
  /** The learning rate η, or how it changes from step to step. */
  learningRate?: number | Schedule | undefined;
  /**
   * The weight decay λ, decoupled from the gradient (Loshchilov and Hutter, 2019): every weight loses
   * `η λ` of itself before the step. None by default.
   */
  weightDecay?: number;
}

/** Optimizers by the names of their classes; one of your own joins by `optimizers.register`. */
export const optimizers: Registry<Optimizer> = new Registry<Optimizer>("optimizer");

/**
 * The base of optimizers: learning rate, clipping, weight decay, constraints, and what is remembered
 * of each weight. A subclass is a rule for one weight.
 *
 * @example An optimizer of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Optimizer, type Step, Variable } from "@neurite/nn";
 * import { mul, sgdUpdate, sign, type Tensor, tensor } from "@neurite/tensor";
 *
 * class SignDescent extends Optimizer {
 *   readonly name = "signDescent";
 *   protected update(w: Tensor, g: Tensor, _moments: readonly Tensor[], { rate, decay }: Step) {
 *     sgdUpdate(w, sign(g), { rate, decay });
 *   }
 * }
 *
 * const w = new Variable("w", tensor([1, 1]));
 * new SignDescent({ learningRate: 0.5 }).apply([tensor([0.001, -9])], [w]);
 * assertEquals(w.value.array(), [0.5, 1.5]);
 * ```
 */
export abstract class Optimizer extends Configurable {
  /** The names of its options. */
  static override readonly options: Known<OptimizerOptions> = {
    learningRate: true,
    weightDecay: true,
    clipValue: true,
    clipNorm: true,
    globalClipNorm: true,
  };
  /** The family of optimizers. */
  static override readonly family: Registry<Optimizer> = optimizers;
  /** The name that `compile({ optimizer })` knows it by, such as `adam`. */
  abstract readonly name: string;

  /** Steps taken so far. */
  iterations = 0;

  /** The weight decay λ. */
  readonly weightDecay: number;
  readonly #clipping: ClippingOptions;
  readonly #moments: WeakMap<Variable, readonly Tensor[]> = new WeakMap();
  #learningRate: number | Schedule;

  /** Checks the options. */
  constructor(options: OptimizerOptions = {}) {
    super(options);
    const { learningRate = 0.001, weightDecay = 0, ...rest } = options;
    const { clipValue, clipNorm, globalClipNorm } = rest;
    this.#clipping = { clipValue, clipNorm, globalClipNorm };
    checkClipping(this.#clipping);
    checkNumber("weightDecay", weightDecay);
    const isSchedule = typeof (learningRate as Schedule | null)?.toConfig === "function";
    if (!isSchedule) checkNumber("learningRate", learningRate as number);
    this.#learningRate = learningRate;
    this.weightDecay = weightDecay;
  }

  /** The learning rate of the next step. Setting it puts a constant in place of a schedule. */
  get learningRate(): number {
    const rate = this.#learningRate;
    return typeof rate === "number" ? rate : rate.at(this.iterations);
  }
  set learningRate(rate: number) {
    checkNumber("learningRate", rate);
    this.#learningRate = rate;
  }

  /** What is remembered of each weight, by name, with its initial value: `{ m: 0, v: 0 }` of Adam. */
  protected readonly moments: Readonly<Record<string, number>> = {};

  /**
   * The rule: one step of the weight `w` along its gradient `g`, in place. `moments` are in the order
   * of {@linkcode Optimizer.moments}, and changed in place too.
   */
  protected abstract update(
    w: Tensor,
    g: Tensor,
    moments: readonly Tensor[],
    step: Step,
  ): void;

  /**
   * One step: clips the gradients, changes the variables in place, projects by constraints. Throws
   * `RangeError` where there are not as many gradients as variables.
   */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    if (gradients.length !== variables.length) {
      throw new RangeError(
        "Cannot take a step as every variable must have a gradient: current " +
          `${gradients.length} gradients, ${variables.length} variables`,
      );
    }
    if (variables.length === 0) return;
    const rate = this.learningRate;
    const step: Step = { rate, decay: rate * this.weightDecay, number: this.iterations + 1 };
    tidy(() => {
      const clipped = clipGradients(gradients, this.#clipping);
      variables.forEach((variable, i) => {
        const w = variable.value;
        this.update(w, clipped[i], this.#momentsOf(variable), step);
        if (variable.constraint !== undefined) w.assign(variable.constraint.project(w));
      });
    });
    this.iterations++;
  }

  /** What is remembered of a variable; made when it is first asked for. */
  #momentsOf(variable: Variable): readonly Tensor[] {
    let moments = this.#moments.get(variable);
    if (moments === undefined) {
      const { name, value } = variable;
      moments = Object.entries(this.moments).map(([moment, initial]) => {
        countNumbers(`${name}/${moment}`, value.shape);
        return tidy(() => keep(mul(onesLike(value), initial)));
      });
      this.#moments.set(variable, moments);
    }
    return moments;
  }

  /** Whether something is remembered of a variable: whether it was changed, or `state` asked for. */
  remembers(variable: Variable): boolean {
    return this.#moments.has(variable);
  }

  /**
   * What is remembered, by names such as `adam/dense/kernel/m`, made if it is not there: with
   * {@linkcode Optimizer.iterations} all that a checkpoint needs. `names` are the full names of the
   * variables. To restore it, assign to these tensors.
   */
  state(variables: readonly Variable[], names: readonly string[]): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    const moments = Object.keys(this.moments);
    variables.forEach((variable, i) => {
      this.#momentsOf(variable).forEach((moment, k) => {
        state.set(`${this.name}/${names[i]}/${moments[k]}`, moment);
      });
    });
    return state;
  }

  /** The options of the constructor as plain data, with the schedule where there is one. */
  override getConfig(): Record<string, unknown> {
    const rate = this.#learningRate;
    return plainOptions(
      Object.entries({ ...super.getConfig(), ...this.#clipping, learningRate: rate }),
    );
  }
}

/** The numbers of a step that are the same for every weight. */
export interface Step {
  /** The learning rate η. */
  readonly rate: number;
  /** The part of itself that every weight loses, `η λ`. */
  readonly decay: number;
  /** The number of the step, t, counted from 1. */
  readonly number: number;
}

/** Refuses an option that is not a finite number, 0 or more. */
export function checkNumber(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(
    `Cannot optimize as ${name} must be a finite number, 0 or more: current ${value}`,
  );
}

/** Refuses a share that is kept from step to step unless it is from 0 to below 1. */
export function checkShare(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new RangeError(
    `Cannot optimize as ${name} must be from 0 to below 1: current ${value}`,
  );
}
