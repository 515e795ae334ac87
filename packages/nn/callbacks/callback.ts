/** What is called while a model is trained. */
import type { Model } from "../model.ts";

/** The numbers of an epoch or a batch: `loss`, the metrics, and `valLoss`, ... after an epoch. */
export type Logs = Record<string, number>;

/** How the training was asked for. */
export interface TrainingPlan {
  /** The number of the last epoch, counted from 1 as people do. */
  readonly epochs: number;
  /** The steps of an epoch; `undefined` where the batches come from a stream. */
  readonly steps: number | undefined;
  /** Examples in a batch; `undefined` where the batches come from a stream. */
  readonly batchSize: number | undefined;
  /** Examples trained on in an epoch, where that is known. */
  readonly samples: number | undefined;
}

/**
 * The base of callbacks; each method does nothing unless it is overridden. A method may return a
 * promise, which the training awaits. Epochs and batches are counted from 0, as Keras does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Callback, Dense, type Logs, Sequential } from "@neurite/nn";
 *
 * const seen: number[] = [];
 * class Watch extends Callback {
 *   override onEpochEnd(epoch: number, { loss }: Logs) {
 *     seen.push(epoch);
 *     if (loss < 1e-3) this.model.stopTraining = true;
 *   }
 * }
 * const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * await model.fit([[1], [2]], [[1], [2]], { epochs: 3, callbacks: [new Watch()], verbose: 0 });
 * assertEquals(seen, [0, 1, 2]);
 * ```
 */
export abstract class Callback {
  /** The model that is trained; set before anything else is called. */
  model!: Model;
  /** What was asked for; set before `onTrainBegin`. */
  plan!: TrainingPlan;

  /** Before the first epoch. */
  onTrainBegin(): void | Promise<void> {}
  /** Before an epoch. */
  onEpochBegin(_epoch: number): void | Promise<void> {}
  /**
   * Whether {@linkcode Callback.onTrainBatchEnd} looks at the numbers of this step: they are computed,
   * and read from the device, for those that do; others are given none. By default whoever overrides
   * it does.
   */
  wantsLogs(_batch: number): boolean {
    return this.onTrainBatchEnd !== Callback.prototype.onTrainBatchEnd;
  }
  /** After a step; `logs` are means since the epoch began, where they are wanted. */
  onTrainBatchEnd(_batch: number, _logs: Logs): void | Promise<void> {}
  /** After an epoch and its validation. */
  onEpochEnd(_epoch: number, _logs: Logs): void | Promise<void> {}
  /** After the last epoch, or when the training was stopped or failed. */
  onTrainEnd(_logs: Logs): void | Promise<void> {}
}
