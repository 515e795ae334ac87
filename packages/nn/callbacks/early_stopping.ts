import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import type { Tensor } from "@neurite/tensor";
import { Callback, type Logs } from "./callback.ts";
import { MONITOR, Monitor, type MonitorOptions } from "./monitor.ts";

/** Options of {@linkcode EarlyStopping}. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without an improvement after which the training stops; 0 by default. */
  patience?: number;
  /** What must be beaten within `patience` epochs; any number by default. */
  baseline?: number;
  /** Whether the model gets the weights of its best epoch back at the end; `false` by default. */
  restoreBestWeights?: boolean;
  /** The first epoch that counts, from 0; 0 by default. */
  startFromEpoch?: number;
  /** Whether it says what it does; `false` by default. */
  verbose?: boolean;
}

const OPTIONS: Known<EarlyStoppingOptions> = {
  ...MONITOR,
  patience: true,
  baseline: true,
  restoreBestWeights: true,
  startFromEpoch: true,
  verbose: true,
};

/**
 * Stops the training when a number no longer becomes better: after `patience` epochs in a row in
 * which it did not improve by more than `minDelta` on the best one, but not after the first epoch.
 *
 * As in Keras, the epochs are only counted anew where an improvement also beats `baseline`, and
 * `restoreBestWeights` brings the best weights back whether or not the training was stopped. NaN is
 * never an improvement; in Keras it is one in the first epoch, after which there is no other.
 *
 * Prechelt, "Early stopping - but when?", 1998.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Dense, EarlyStopping, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * const callbacks = [new EarlyStopping({ monitor: "loss", minDelta: 0.01, patience: 2 })];
 * const x = [[0], [1], [2]], y = [[1], [3], [5]];
 * const { history } = await model.fit(x, y, { epochs: 1000, callbacks, verbose: 0 });
 * assert(history.loss.length < 1000);
 * ```
 */
export class EarlyStopping extends Callback {
  /** The best number so far; `undefined` before there was one. */
  best: number | undefined;
  /** The epoch of the best number, from 0. */
  bestEpoch = 0;
  /** Epochs since it was reached. */
  wait = 0;
  /** The epoch after which the training was stopped, from 0; 0 where it was not. */
  stoppedEpoch = 0;
  readonly #monitor: Monitor;
  readonly #options: Required<Omit<EarlyStoppingOptions, keyof MonitorOptions | "baseline">>;
  readonly #baseline: number | undefined;
  #weights: Tensor[] | undefined;

  /** Takes the options. Throws `RangeError` where `mode` is needed and not given. */
  constructor(options: EarlyStoppingOptions = {}) {
    super();
    checkOptions("make an EarlyStopping", options, OPTIONS);
    const { patience = 0, restoreBestWeights = false, startFromEpoch = 0 } = options;
    this.#monitor = new Monitor("stop early", options);
    this.#baseline = options.baseline;
    const { verbose = false } = options;
    this.#options = { patience, restoreBestWeights, startFromEpoch, verbose };
  }

  /** Begins anew: one object may serve several trainings. */
  override onTrainBegin(): void {
    this.best = undefined;
    this.bestEpoch = this.wait = this.stoppedEpoch = 0;
    this.#take(undefined);
  }

  /** Looks at the number. Throws `RangeError` where it is not in the logs. */
  override onEpochEnd(epoch: number, logs: Logs): void {
    const { patience, restoreBestWeights, startFromEpoch } = this.#options;
    const current = this.#monitor.read(logs);
    if (epoch < startFromEpoch) return;
    const improved = this.#monitor.improves(current, this.best);
    if (restoreBestWeights && (improved || this.#weights === undefined)) {
      this.#take(this.model.getWeights());
      this.bestEpoch = epoch;
    }
    this.wait++;
    if (improved) {
      this.best = current;
      this.bestEpoch = epoch;
      if (this.#baseline === undefined || this.#monitor.improves(current, this.#baseline)) {
        this.wait = 0;
      }
    } else if (this.wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  /** Brings the best weights back, where that was asked for. */
  override onTrainEnd(): void {
    const say = (text: string) => this.#options.verbose && this.model.leads && console.log(text);
    if (this.stoppedEpoch > 0) say(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.#weights === undefined) return;
    say(`Restoring the weights of the best epoch: ${this.bestEpoch + 1}`);
    this.model.setWeights(this.#weights);
    this.#take(undefined);
  }

  #take(weights: Tensor[] | undefined): void {
    for (const weight of this.#weights ?? []) weight.dispose();
    this.#weights = weights;
  }
}
