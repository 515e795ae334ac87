/** What an optimizer is: the rule by which gradients change weights. */
import { keep, type Tensor, tidy, zerosLike } from "@neurite/tensor";
import { countNumbers } from "../loading.ts";
import { Registry } from "../registry.ts";
import type { Config, Variable } from "../variable.ts";
import { checkClipping, clipGradients, type ClippingOptions } from "./clipping.ts";
import { type Schedule, schedules } from "./schedules/mod.ts";

/** The options that every optimizer takes. */
export interface OptimizerOptions extends ClippingOptions {
  /** The learning rate η, or how it changes from step to step. */
  learningRate?: number | Schedule;
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
 *   readonly className = "SignDescent";
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
export abstract class Optimizer {
  /** The name of the class, under which it is registered: `Adam`. */
  abstract readonly className: string;
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
    const { learningRate = 0.001, weightDecay = 0, ...rest } = options;
    const { clipValue, clipNorm, globalClipNorm } = rest;
    this.#clipping = { clipValue, clipNorm, globalClipNorm };
    checkClipping(this.#clipping);
    checkNumber("weightDecay", weightDecay);
    const isSchedule = typeof (learningRate as Schedule | null)?.at === "function";
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

  /** What is remembered of each weight, by name: `m` and `v` of Adam. Zeros before the first step. */
  protected readonly momentNames: readonly string[] = [];

  /**
   * The rule: one step of the weight `w` along its gradient `g`, in place. `moments` are in the order
   * of `momentNames`, and changed in place too.
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
      moments = this.momentNames.map((moment) => {
        countNumbers(`${name}/${moment}`, value.shape);
        return keep(zerosLike(value));
      });
      this.#moments.set(variable, moments);
    }
    return moments;
  }

  /**
   * What is remembered, by names such as `adam/dense/kernel/m`, made if it is not there: with
   * {@linkcode Optimizer.iterations} all that a checkpoint needs. `names` are the full names of the
   * variables. To restore it, assign to these tensors.
   */
  state(variables: readonly Variable[], names: readonly string[]): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    variables.forEach((variable, i) => {
      this.#momentsOf(variable).forEach((moment, k) => {
        state.set(`${this.name}/${names[i]}/${this.momentNames[k]}`, moment);
      });
    });
    return state;
  }

  /** The options of the constructor as plain data; subclasses add theirs. */
  getConfig(): Record<string, unknown> {
    const rate = this.#learningRate, { weightDecay } = this;
    const config: Record<string, unknown> = {
      learningRate: typeof rate === "number" ? rate : rate.toConfig(),
      weightDecay,
    };
    for (const [name, bound] of Object.entries(this.#clipping)) {
      if (bound !== undefined) config[name] = bound;
    }
    return config;
  }

  /** What makes the same optimizer again, without its state. */
  toConfig(): Config {
    return { className: this.className, config: this.getConfig() };
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

/** The options that `getConfig` wrote, with the schedule made again. */
export function optimizerOptions(config: Record<string, unknown>): OptimizerOptions {
  const { learningRate } = config;
  if (typeof learningRate !== "object") return config;
  return { ...config, learningRate: schedules.make(learningRate as Config) };
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
