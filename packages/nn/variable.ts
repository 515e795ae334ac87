/** The numbers a layer keeps from step to step: its weights and its statistics. */
import { keep, stopGradient, type Tensor } from "@neurite/tensor";
import type { Shape } from "./shape.ts";

/** What is added to the loss for the size of a weight; see `@neurite/regularization`. */
export interface Regularizer {
  /** The penalty, a single number made of operations on `w`. */
  penalty(w: Tensor): Tensor;
  /** What an equal one is made from: `{ className, config }`. */
  toConfig(): Config;
}

/** What brings a weight back into bounds after each step; see `@neurite/regularization`. */
export interface Constraint {
  /** The nearest tensor that keeps to the rule. */
  project(w: Tensor): Tensor;
  /** What an equal one is made from: `{ className, config }`. */
  toConfig(): Config;
}

/** A class and its options as plain data, from which an equal object is made. */
export interface Config {
  /** The name under which the class is registered. */
  className: string;
  /** The options of its constructor: JSON. */
  config: Record<string, unknown>;
}

/** How a {@linkcode Variable} is used. */
export interface VariableOptions {
  /** Whether the optimizer changes it; `true` by default. */
  trainable?: boolean;
  /** What is added to the loss for its size. */
  regularizer?: Regularizer;
  /** What keeps it in bounds. */
  constraint?: Constraint;
}

/**
 * A named tensor that lives as long as its layer: `kernel`, `bias`, `moving_mean`. Its values
 * change in place; every holder of `value` sees the new ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const bias = new Variable("bias", tensor([0, 0]));
 * bias.value.assign(tensor([1, 2]));
 * assertEquals(bias.value.array(), [1, 2]);
 * ```
 */
export class Variable {
  /** The name within its layer. */
  readonly name: string;
  /** The values. */
  readonly value: Tensor;
  /** Whether the optimizer changes it. */
  trainable: boolean;
  /** What is added to the loss for its size. */
  readonly regularizer: Regularizer | undefined;
  /** What keeps it in bounds. */
  readonly constraint: Constraint | undefined;

  /** Takes `value` over: it lives until the variable is disposed. */
  constructor(name: string, value: Tensor, options: VariableOptions = {}) {
    this.name = name;
    this.value = keep(value);
    this.trainable = options.trainable ?? true;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
  }
}

/**
 * What a layer carries from batch to batch without learning it, such as the state of a recurrent
 * layer: nothing before the first batch. A checkpoint saves it, so that a training that is stopped
 * between two batches goes on the same.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { State } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const state = new State([null, 2]);
 * assertEquals(state.value, undefined);
 * state.set(tensor([[1, 2]]));
 * assertEquals(state.value!.array(), [[1, 2]]);
 * state.reset();
 * assertEquals(state.value, undefined);
 * ```
 */
export class State {
  /** The sizes of its values, `null` for one that the batch decides: `[null, units]`. */
  readonly shape: Shape;
  #value: Tensor | undefined;

  /** A state without a value. */
  constructor(shape: Shape) {
    this.shape = shape;
  }

  /** The values, where there are any. */
  get value(): Tensor | undefined {
    return this.#value;
  }

  /** Takes new values; `value` stays the caller's. */
  set(value: Tensor): void {
    const own = keep(stopGradient(value));
    this.#value?.dispose();
    this.#value = own;
  }

  /** Frees the values. */
  reset(): void {
    this.#value?.dispose();
    this.#value = undefined;
  }
}
