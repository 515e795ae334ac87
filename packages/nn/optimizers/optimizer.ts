/** What an optimizer is: the rule by which gradients change weights. */
import {
  add,
  DivergedError,
  equal,
  keep,
  maximum,
  minimum,
  mul,
  onesLike,
  sub,
  type Tensor,
  tidy,
  where,
} from "@neurite/tensor";
import { checkPositive, infinityNorm, quoted } from "@neurite/tensor/internal";
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
 *   protected update(w: Tensor, g: Tensor, _: readonly Tensor[], { rate, decay, guard }: Step) {
 *     sgdUpdate(w, sign(g), { rate, decay, guard });
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
  #refused: Tensor | undefined;

  /** Checks the options. */
  constructor(options: OptimizerOptions = {}) {
    super(options);
    const { learningRate = 0.001, weightDecay = 0, ...rest } = options;
    const { clipValue, clipNorm, globalClipNorm } = rest;
    this.#clipping = { clipValue, clipNorm, globalClipNorm };
    checkClipping(this.#clipping);
    checkPositive("optimize", "weightDecay", weightDecay, true);
    const isSchedule = typeof (learningRate as Schedule | null)?.toConfig === "function";
    if (!isSchedule) checkPositive("optimize", "learningRate", learningRate, true);
    this.#learningRate = learningRate;
    this.weightDecay = weightDecay;
  }

  /** The learning rate of the next step. Setting it puts a constant in place of a schedule. */
  get learningRate(): number {
    const rate = this.#learningRate;
    return typeof rate === "number" ? rate : rate.at(this.iterations);
  }
  set learningRate(rate: number) {
    checkPositive("optimize", "learningRate", rate, true);
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
   * One step: clips the gradients, changes the variables in place, projects by constraints. A gradient
   * that is not finite changes nothing, and throws `DivergedError`; on a backend that has to be awaited
   * {@linkcode Optimizer.settle} throws it. Throws `RangeError` where there are not as many gradients
   * as variables.
   */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    if (this.attempt(gradients, variables)) return;
    const values = gradients.map((g) => g.dataSync().find((v) => !Number.isFinite(v)));
    const at = values.findIndex((value) => value !== undefined);
    throw new DivergedError(
      values[at]!,
      undefined,
      this.iterations + 1,
      `in that of ${quoted(variables[at].name)}`,
      "every gradient",
    );
  }

  /**
   * Takes the step of {@linkcode Optimizer.apply} if its loss and every gradient are finite, and tells
   * whether. On a backend that has to be awaited the device decides, and nobody knows yet: a refused
   * step, and every later one, changes nothing there, and {@linkcode Optimizer.refused} counts them.
   */
  attempt(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
    loss?: Tensor,
  ): boolean {
    if (gradients.length !== variables.length) {
      throw new RangeError(
        "Cannot take a step as every variable must have a gradient: current " +
          `${gradients.length} gradients, ${variables.length} variables`,
      );
    }
    const numbers = loss === undefined ? gradients : [loss, ...gradients];
    if (numbers.length === 0) return true;
    return tidy(() => {
      const largest = infinityNorm(numbers), guard = this.#guard(largest);
      if (guard === undefined && !Number.isFinite(largest.item())) return false;
      if (variables.length === 0) return true;
      const rate = this.learningRate, number = this.iterations + 1;
      const step: Step = { rate, decay: rate * this.weightDecay, number, guard };
      const clipped = clipGradients(gradients, this.#clipping);
      variables.forEach((variable, i) => {
        const w = variable.value;
        this.update(w, clipped[i], this.#momentsOf(variable), step);
        if (variable.constraint === undefined) return;
        const projected = variable.constraint.project(w);
        w.assign(guard === undefined ? projected : where(equal(guard, 0), projected, w));
      });
      this.iterations++;
      return true;
    });
  }

  /** What the device decides by: the steps that were refused so far, this one with them. */
  #guard(largest: Tensor): Tensor | undefined {
    if (largest.backend.synchronous) return undefined;
    const before = this.#refused ?? 0, finite = equal(sub(largest, largest), 0);
    const now = keep(add(before, maximum(sub(1, finite), minimum(before, 1))));
    this.#refused?.dispose();
    return this.#refused = now;
  }

  /**
   * How many steps were refused on a device that has to be awaited, all of them the last ones; without
   * such a device nothing.
   */
  get refused(): Tensor | undefined {
    return this.#refused;
  }

  /** Goes on as if the last `steps` had not been asked for, as they were refused. */
  takeBack(steps: number): void {
    this.iterations -= steps;
    this.#refused?.dispose();
    this.#refused = undefined;
  }

  /**
   * Throws `DivergedError` for the first step that was refused on a device that has to be awaited: in a
   * loop of one's own, now and then. What was to be changed is as it was before that step.
   */
  async settle(): Promise<void> {
    const steps = this.#refused === undefined ? 0 : (await this.#refused.data())[0];
    if (steps === 0) return;
    this.takeBack(steps);
    throw new DivergedError(NaN, undefined, this.iterations + 1, "", "the loss and every gradient");
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
  /** On a device that decides itself whether the step is taken: by what. Hand it on to the update. */
  readonly guard?: Tensor;
}

/** Refuses a share that is kept from step to step unless it is from 0 to below 1. */
export function checkShare(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new RangeError(
    `Cannot optimize as ${name} must be from 0 to below 1: current ${value}`,
  );
}
