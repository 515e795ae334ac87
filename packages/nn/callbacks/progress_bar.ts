import { Callback, type Logs } from "./callback.ts";
import { type Bar, drawBar, type Screen, standardOutput } from "./screen.ts";

/** Options of {@linkcode ProgressBar}. */
export interface ProgressBarOptions {
  /** Whether it prints a line an epoch on a terminal, too; `false` by default. */
  lines?: boolean;
  /** Where it is shown; the standard output by default. */
  screen?: Screen;
}

/**
 * Shows how far the training is. On a terminal: one bar for the whole of it, with the loss and the
 * metrics, examples a second and the time that is left; those of the validation are the last epoch's.
 * Elsewhere: one line an epoch. `fit` adds one unless `verbose` is 0.
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 * import { Dense, ProgressBar, Sequential } from "@neurite/nn";
 *
 * let text = "";
 * const progress = new ProgressBar({ screen: { write: (line) => text += line } });
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * await model.fit([[1]], [[1]], { epochs: 2, callbacks: [progress], verbose: 0 });
 * assertMatch(text, /^epoch 1\/2 {2}loss [\d.e-]+ .*\nepoch 2\/2 {2}loss .*\n$/);
 * ```
 */
export class ProgressBar extends Callback {
  readonly #options: ProgressBarOptions;
  #screen: Screen | undefined;
  #bar: Bar | undefined;
  #validation: Logs = {};
  #epoch = 0;
  /** Steps of an epoch, as soon as they are known. */
  #steps: number | undefined;
  #whole = new Pace();
  #thisEpoch = new Pace();

  /** Takes the options. */
  constructor(options: ProgressBarOptions = {}) {
    super();
    this.#options = options;
  }

  /** Finds out where it is shown. */
  override async onTrainBegin(): Promise<void> {
    const { screen = await standardOutput(), lines = false } = this.#options;
    this.#screen = screen;
    this.#bar = screen.isTTY && !lines ? await drawBar(screen) : undefined;
    this.#validation = {};
    this.#steps = this.plan.steps;
    this.#whole = new Pace();
  }

  /** Begins to count the time of an epoch. */
  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#thisEpoch = new Pace();
  }

  /** Draws the bar. */
  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const { samples, batchSize } = this.plan;
    const examples = samples === undefined || batchSize === undefined
      ? undefined
      : Math.min(batchSize, samples - batch * batchSize);
    this.#whole.add(examples);
    this.#thisEpoch.add(examples);
    this.#show(batch + 1, logs);
  }

  /** Prints a line, or takes the numbers of the validation to the bar. */
  override onEpochEnd(epoch: number, logs: Logs): void {
    this.#steps ??= this.#thisEpoch.steps;
    this.#validation = Object.fromEntries(
      Object.entries(logs).filter(([name]) => /^val[A-Z]/.test(name)),
    );
    if (this.#bar !== undefined) return this.#show(this.#steps ?? 0, logs);
    const { speed, seconds } = this.#thisEpoch;
    const parts = [`epoch ${epoch + 1}/${this.plan.epochs}`, numbers(logs), speed, `${seconds} s`];
    this.#screen?.write(`${parts.join("  ")}\n`);
  }

  /** Ends the bar. */
  override onTrainEnd(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show(step: number, logs: Logs): void {
    const { epochs } = this.plan, steps = this.#steps;
    const share = (this.#epoch + (steps === undefined ? 0 : step / steps)) / epochs;
    const left = steps && this.#whole.left((epochs - this.#epoch) * steps - step);
    // What a narrow terminal has no room for is cut off at the end.
    const parts = [this.#whole.speed, numbers({ ...logs, ...this.#validation })];
    if (left !== undefined) parts.unshift(`${clock(left)} left`);
    this.#bar?.show(share, `epoch ${this.#epoch + 1}/${epochs}`, parts.join("  "));
  }
}

/** Steps and examples since a moment. */
class Pace {
  readonly #start = performance.now();
  #examples: number | undefined = 0;
  #last = this.#start;
  steps = 0;

  /** Counts a step; of streams it is not known of how many examples. */
  add(examples: number | undefined): void {
    this.steps++;
    this.#last = performance.now();
    this.#examples = examples && (this.#examples ?? 0) + examples;
  }

  /** Seconds since the start, with one decimal. */
  get seconds(): string {
    return ((performance.now() - this.#start) / 1000).toFixed(1);
  }

  /** Examples a second, or steps where those are not known. */
  get speed(): string {
    const perSecond = (this.#examples ?? this.steps) / Math.max(this.#last - this.#start, 1) * 1000;
    return `${Math.round(perSecond).toLocaleString("en-US")} ${
      this.#examples === undefined ? "steps" : "samples"
    }/s`;
  }

  /** Seconds that so many more steps take at this pace. */
  left(steps: number): number {
    return steps * (performance.now() - this.#start) / 1000 / this.steps;
  }
}

/** `loss 0.1234  accuracy 0.9876`. */
function numbers(logs: Logs): string {
  return Object.entries(logs).map(([name, value]) => {
    const size = Math.abs(value), plain = size === 0 || (size >= 1e-3 && size < 1e6);
    return `${name} ${plain ? value.toFixed(4) : value.toExponential(2)}`;
  }).join("  ");
}

/** Seconds as `1:05` or `2:01:05`. */
function clock(seconds: number): string {
  const s = Math.ceil(seconds), pad = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(s % 60)}` : `${minutes}:${pad(s % 60)}`;
}
