import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { Callback, type Logs } from "./callback.ts";

/** What a {@linkcode LambdaCallback} does, and when; a promise is awaited. */
export interface LambdaCallbackOptions {
  /** Before the first epoch. */
  onTrainBegin?: () => void | Promise<void>;
  /** Before an epoch, counted from 0. */
  onEpochBegin?: (epoch: number) => void | Promise<void>;
  /** After a step, counted from 0; the logs are means since the epoch began. */
  onTrainBatchEnd?: (batch: number, logs: Logs) => void | Promise<void>;
  /** After an epoch and its validation. */
  onEpochEnd?: (epoch: number, logs: Logs) => void | Promise<void>;
  /** After the last epoch, or when the training was stopped or failed. */
  onTrainEnd?: (logs: Logs) => void | Promise<void>;
}

const OPTIONS: Known<LambdaCallbackOptions> = {
  onTrainBegin: true,
  onEpochBegin: true,
  onTrainBatchEnd: true,
  onEpochEnd: true,
  onTrainEnd: true,
};

/**
 * A callback of functions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, LambdaCallback, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * const epochs: number[] = [];
 * const callbacks = [new LambdaCallback({ onEpochEnd: (epoch) => void epochs.push(epoch) })];
 * await model.fit([[1]], [[1]], { epochs: 3, callbacks, verbose: 0 });
 * assertEquals(epochs, [0, 1, 2]);
 * ```
 */
export class LambdaCallback extends Callback {
  readonly #functions: LambdaCallbackOptions;

  /** Takes the functions. */
  constructor(functions: LambdaCallbackOptions) {
    super();
    checkOptions("make a LambdaCallback", functions, OPTIONS);
    this.#functions = { ...functions };
  }

  /** Calls the function of this name. */
  override onTrainBegin(): void | Promise<void> {
    return this.#functions.onTrainBegin?.();
  }

  /** Calls the function of this name. */
  override onEpochBegin(epoch: number): void | Promise<void> {
    return this.#functions.onEpochBegin?.(epoch);
  }

  /** Whether there is a function that may look at them. */
  override wantsLogs(): boolean {
    return this.#functions.onTrainBatchEnd !== undefined;
  }

  /** Calls the function of this name. */
  override onTrainBatchEnd(batch: number, logs: Logs): void | Promise<void> {
    return this.#functions.onTrainBatchEnd?.(batch, logs);
  }

  /** Calls the function of this name. */
  override onEpochEnd(epoch: number, logs: Logs): void | Promise<void> {
    return this.#functions.onEpochEnd?.(epoch, logs);
  }

  /** Calls the function of this name. */
  override onTrainEnd(logs: Logs): void | Promise<void> {
    return this.#functions.onTrainEnd?.(logs);
  }
}
