import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@linkcode LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  /** Whether it says what it does; `false` by default. */
  verbose?: boolean;
}

const OPTIONS: Known<LearningRateSchedulerOptions> = { verbose: true };

/**
 * Sets the learning rate before every epoch to what a function says, which is given the epoch,
 * counted from 0, and the present rate. Adds `learningRate` to the logs of the epoch.
 *
 * For a rate that changes from step to step give the optimizer a schedule.
 *
 * @example Half the rate every second epoch
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, LearningRateScheduler, Sequential, SGD } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1] })]);
 * model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "meanSquaredError" });
 * const halve = new LearningRateScheduler((epoch, rate) =>
 *   epoch > 0 && epoch % 2 === 0 ? rate / 2 : rate
 * );
 * await model.fit([[1]], [[1]], { epochs: 5, callbacks: [halve], verbose: 0 });
 * assertEquals(model.optimizer!.learningRate, 0.025);
 * ```
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: boolean;

  /** Takes the function. */
  constructor(
    schedule: (epoch: number, learningRate: number) => number,
    options: LearningRateSchedulerOptions = {},
  ) {
    super();
    checkOptions("make a LearningRateScheduler", options, OPTIONS);
    const { verbose = false } = options;
    this.#schedule = schedule;
    this.#verbose = verbose;
  }

  /** Sets the rate. Throws `RangeError` where the function gives no finite number of 0 or more. */
  override onEpochBegin(epoch: number): void {
    if (this.model.progress.step > 0) return; // Resumed in the middle of an epoch: it is set.
    const optimizer = this.model.optimizer!;
    const rate = this.#schedule(epoch, optimizer.learningRate);
    if (!(Number.isFinite(rate) && rate >= 0)) {
      throw new RangeError(
        "Cannot set the learning rate as the schedule must give a finite number of 0 or more: " +
          `current ${rate} for epoch ${epoch}`,
      );
    }
    optimizer.learningRate = rate;
    if (this.#verbose && this.model.leads) {
      console.log(`Epoch ${epoch + 1}: setting the learning rate to ${rate}`);
    }
  }

  /** Adds the rate to the logs. */
  override onEpochEnd(_epoch: number, logs: Logs): void {
    logs.learningRate = this.model.optimizer!.learningRate;
  }
}
