import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { Callback, type Logs } from "./callback.ts";
import { MONITOR, Monitor, type MonitorOptions } from "./monitor.ts";

/** Options of {@linkcode ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Changes that are not larger do not count as an improvement; 0.0001 by default. */
  minDelta?: number;
  /** What the learning rate is multiplied by, below 1; 0.1 by default. */
  factor?: number;
  /** Epochs without an improvement after which it is reduced; 10 by default. */
  patience?: number;
  /** Epochs after a reduction in which it is not reduced again; 0 by default. */
  cooldown?: number;
  /** What it is never reduced below; 0 by default. */
  minLearningRate?: number;
  /** Whether it says what it does; `false` by default. */
  verbose?: boolean;
}

const OPTIONS: Known<ReduceLROnPlateauOptions> = {
  ...MONITOR,
  factor: true,
  patience: true,
  cooldown: true,
  minLearningRate: true,
  verbose: true,
};

/**
 * Reduces the learning rate when a number no longer becomes better: `η <- max(factor η, minimum)`
 * after `patience` epochs in a row without an improvement, with rules that are Keras's to the letter
 * but for NaN, which is never an improvement. Adds `learningRate` to the logs of the epoch.
 *
 * A schedule in the optimizer is replaced by a constant when the rate is reduced.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, ReduceLROnPlateau, Sequential, SGD } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
 * model.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss: "meanSquaredError" });
 * const callback = new ReduceLROnPlateau({ monitor: "loss", factor: 0.5, patience: 2 });
 * // With inputs of 0 and targets of 0 there is nothing to learn.
 * await model.fit([[0]], [[0]], { epochs: 5, callbacks: [callback], verbose: 0 });
 * assertEquals(model.optimizer!.learningRate, 0.125);
 * ```
 */
export class ReduceLROnPlateau extends Callback {
  /** The best number so far; `undefined` before there was one. */
  best: number | undefined;
  /** Epochs since the last improvement or reduction. */
  wait = 0;
  /** Epochs left in which the rate is not reduced. */
  cooldownCounter = 0;
  readonly #monitor: Monitor;
  readonly #factor: number;
  readonly #patience: number;
  readonly #cooldown: number;
  readonly #minimum: number;
  readonly #verbose: boolean;

  /** Takes the options. Throws `RangeError` unless `factor` is from 0 to below 1. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    checkOptions("make a ReduceLROnPlateau", options, OPTIONS);
    const { factor = 0.1, patience = 10, cooldown = 0, minLearningRate = 0 } = options;
    if (!(factor >= 0 && factor < 1)) {
      throw new RangeError(
        `Cannot reduce the learning rate as factor must be from 0 to below 1: current ${factor}`,
      );
    }
    this.#monitor = new Monitor("reduce the learning rate", { minDelta: 1e-4, ...options });
    this.#factor = factor;
    this.#patience = patience;
    this.#cooldown = cooldown;
    this.#minimum = minLearningRate;
    this.#verbose = options.verbose ?? false;
  }

  /** Begins anew: one object may serve several trainings. */
  override onTrainBegin(): void {
    this.best = undefined;
    this.wait = this.cooldownCounter = 0;
  }

  /** Looks at the number. Throws `RangeError` where it is not in the logs. */
  override onEpochEnd(epoch: number, logs: Logs): void {
    logs.learningRate = this.model.optimizer!.learningRate;
    const current = this.#monitor.read(logs);
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.wait = 0;
    }
    if (this.#monitor.improves(current, this.best)) {
      this.best = current;
      this.wait = 0;
    } else if (this.cooldownCounter === 0 && ++this.wait >= this.#patience) {
      this.#reduce(epoch);
    }
  }

  #reduce(epoch: number): void {
    const optimizer = this.model.optimizer!, rate = optimizer.learningRate;
    if (rate <= this.#minimum) return;
    optimizer.learningRate = Math.max(rate * this.#factor, this.#minimum);
    this.cooldownCounter = this.#cooldown;
    this.wait = 0;
    if (this.#verbose && this.model.leads) {
      console.log(`Epoch ${epoch + 1}: reducing the learning rate to ${optimizer.learningRate}`);
    }
  }
}
