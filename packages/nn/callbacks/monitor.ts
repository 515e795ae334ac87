/** What callbacks that look at one number of the logs have in common. */
import type { Known } from "../configurable.ts";
import type { Logs } from "./callback.ts";

/** Whether a number is to become small or large; `auto` goes by its name. */
export type Mode = "auto" | "min" | "max";

/** Which number is looked at. */
export interface MonitorOptions {
  /** The number's name in the logs; `valLoss` by default. */
  monitor?: string;
  /**
   * Whether it is to become small or large. `auto` (default) goes by the name: losses and errors
   * small, accuracies, precision and recall large.
   */
  mode?: Mode;
  /** Changes that are not larger do not count as an improvement; 0 by default. */
  minDelta?: number;
}

/** The names of these options. */
export const MONITOR: Known<MonitorOptions> = { monitor: true, mode: true, minDelta: true };

const SMALL = /(loss|error|mae|mse|rmse|crossentropy|divergence|huber|poisson)$/i;
const LARGE = /(accuracy|acc|precision|recall|auc|score|iou)$/i;

/** A number of the logs, and when it is better than another. */
export class Monitor {
  /** Its name in the logs. */
  readonly name: string;
  readonly #task: string;
  readonly #large: boolean;
  readonly #minDelta: number;

  /** `task` is what cannot be done without it, for messages: `stop early`. */
  constructor(task: string, { monitor = "valLoss", mode = "auto", minDelta = 0 }: MonitorOptions) {
    if (!["auto", "min", "max"].includes(mode)) {
      throw new RangeError(
        `Cannot ${task} as mode must be "auto", "min" or "max": current ${JSON.stringify(mode)}`,
      );
    }
    if (mode === "auto" && !SMALL.test(monitor) && !LARGE.test(monitor)) {
      throw new RangeError(
        `Cannot ${task} as the name must say whether it is to become small or large: current ` +
          `monitor "${monitor}". Set mode to "min" or "max"`,
      );
    }
    this.name = monitor;
    this.#task = task;
    this.#large = mode === "max" || (mode === "auto" && !SMALL.test(monitor));
    this.#minDelta = Math.abs(minDelta);
  }

  /** The number; throws `RangeError` that lists what there is where it is missing. */
  read(logs: Logs): number {
    if (Object.hasOwn(logs, this.name)) return logs[this.name];
    throw new RangeError(
      `Cannot ${this.#task} as monitor must be one of ${Object.keys(logs).join(", ")}: current ` +
        `"${this.name}"` +
        (this.name.startsWith("val") ? ". Give validationData or validationSplit to fit" : ""),
    );
  }

  /** Whether `value` is better than `reference` by more than `minDelta`; NaN never is. */
  improves(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return !Number.isNaN(value);
    return this.#large ? value - this.#minDelta > reference : value + this.#minDelta < reference;
  }
}
