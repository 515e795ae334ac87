/** The loss within epochs, for curves of trainings that have few. */
import { Callback, type Logs } from "@neurite/nn";

/** Collects means of the loss over windows of steps, of which a training has some twenty. */
export class LossOverSteps extends Callback {
  /** The step at the end of each window, counted from 1. */
  readonly steps: number[] = [];
  /** The mean loss in it. */
  readonly losses: number[] = [];
  /** The learning rate at its end. */
  readonly rates: number[] = [];
  #done = 0;
  /** Windows in an epoch. */
  #windows = 1;
  #before = { steps: 0, sum: 0 };

  override onTrainBegin(): void {
    this.#windows = Math.max(1, Math.round(20 / this.plan.epochs));
  }

  override onEpochBegin(): void {
    this.#before = { steps: 0, sum: 0 };
  }

  /** Whether a window ends with this step: they are as long as each other, to within one. */
  override wantsLogs(batch: number): boolean {
    const windowOf = (step: number) => Math.floor(step * this.#windows / this.plan.steps!);
    return windowOf(batch + 1) > windowOf(batch);
  }

  /** The logs are means since the epoch began; those of a window are what was added to their sums. */
  override onTrainBatchEnd(batch: number, { loss }: Logs): void {
    this.#done++;
    if (!this.wantsLogs(batch)) return;
    const steps = batch + 1, sum = steps * loss;
    this.steps.push(this.#done);
    this.losses.push((sum - this.#before.sum) / (steps - this.#before.steps));
    this.rates.push(this.model.optimizer!.learningRate);
    this.#before = { steps, sum };
  }
}
