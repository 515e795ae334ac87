/** The course of a training. */
import type { Logs } from "../callbacks/callback.ts";

/**
 * What `fit` returns: the loss and the metrics of every epoch, under the names `loss`, `accuracy`,
 * `valLoss`, `valAccuracy`, ...
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { History } from "@neurite/nn";
 *
 * const run = new History();
 * run.add(0, { loss: 2 });
 * run.add(1, { loss: 1 });
 * assertEquals(run.history.loss, [2, 1]);
 * ```
 */
export class History {
  /** For each name the numbers of the epochs. */
  readonly history: Record<string, number[]> = {};
  /** The epochs, counted from 0. */
  readonly epoch: number[] = [];

  /** Takes in the numbers of an epoch; of the last one again, only those that are new. */
  add(epoch: number, logs: Logs): void {
    if (this.epoch[this.epoch.length - 1] !== epoch) this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      const values = this.history[name] ??= [];
      while (values.length < this.epoch.length - 1) values.push(NaN); // Epochs without it.
      if (values.length < this.epoch.length) values.push(value);
    }
  }

  /** Forgets the numbers of an epoch that was not gone through to its end, and of those after it. */
  cut(epoch: number): void {
    const left = this.epoch.findIndex((other) => other >= epoch);
    if (left < 0) return;
    this.epoch.length = left;
    for (const [name, values] of Object.entries(this.history)) {
      values.length = Math.min(values.length, left);
      if (values.length === 0) delete this.history[name];
    }
  }
}
