import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { printable, TerminalBar } from "@neurite/tensor/texts";
import { isTerminal, linesOf, type Screen, standardOutput } from "../screen.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@linkcode ProgressBar}. */
export interface ProgressBarOptions {
  /** Whether it is lines alone on a terminal, too, without a bar; `false` by default. */
  lines?: boolean;
  /** Where it is shown; the standard output by default. */
  screen?: Screen;
}

const OPTIONS: Known<ProgressBarOptions> = { lines: true, screen: true };

/** Milliseconds between two looks at the numbers of a step. */
const INTERVAL = 200;

/**
 * Shows how far the training is. One line an epoch; on a terminal below them one bar for the whole of
 * it, with the loss and the metrics, the time that is left and examples a second, as far as there is
 * room. `fit` adds one, before the other callbacks, unless `verbose` is 0: what they print after an
 * epoch comes below its line.
 *
 * Once the learning rate has changed, the lines show it.
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
  #screen: Screen = standardOutput();
  #bar: TerminalBar | undefined;
  #epoch = 0;
  /** The learning rate at the beginning; `undefined` once it has changed. */
  #rate: number | undefined;
  /** When it looked last. */
  #shown = -Infinity;
  /** Steps of an epoch, as soon as they are known. */
  #steps: number | undefined;
  #whole = new Pace();
  #thisEpoch = new Pace();

  /** Takes the options. */
  constructor(options: ProgressBarOptions = {}) {
    super();
    checkOptions("make a ProgressBar", options, OPTIONS);
    this.#options = options;
  }

  /** Finds out where it is shown. */
  override onTrainBegin(): void {
    const { screen = standardOutput(), lines = false } = this.#options;
    this.#screen = screen;
    this.#bar = isTerminal(screen) && !lines ? new TerminalBar(screen) : undefined;
    this.#steps = this.plan.steps;
    this.#rate = this.model.optimizer?.learningRate;
    this.#whole = new Pace();
  }

  /** Begins to count the time of an epoch. */
  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#thisEpoch = new Pace();
  }

  /** Looks at the numbers a few times a second, on a terminal. */
  override wantsLogs(): boolean {
    const now = performance.now();
    const due = this.#bar !== undefined && now - this.#shown >= INTERVAL;
    if (due) this.#shown = now;
    return due;
  }

  /** Draws the bar. */
  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const { samples, batchSize } = this.plan;
    const examples = samples === undefined || batchSize === undefined
      ? undefined
      : Math.min(batchSize, samples - batch * batchSize);
    this.#whole.add(examples);
    this.#thisEpoch.add(examples);
    if ("loss" in logs) this.#show(batch + 1, logs);
  }

  /** Prints the line of the epoch. */
  override onEpochEnd(epoch: number, logs: Logs): void {
    this.#steps ??= this.#thisEpoch.steps;
    const rate = this.model.optimizer?.learningRate;
    if (rate !== this.#rate) this.#rate = undefined;
    const shown = this.#rate === undefined && rate !== undefined
      ? { ...logs, learningRate: rate }
      : logs;
    const { speed, seconds } = this.#thisEpoch;
    const before = `epoch ${epoch + 1}/${this.plan.epochs}`;
    const text = linesOf([before, ...numbers(shown)], [`${seconds} s`, speed], this.#screen);
    if (this.#bar !== undefined) this.#bar.replace(text);
    else this.#screen.write(text);
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
    const pace = [...left === undefined ? [] : [`${clock(left)} left`], this.#whole.speed];
    this.#bar?.show(share, `epoch ${this.#epoch + 1}/${epochs}`, [...numbers(logs), ...pace]);
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

/** `loss 0.1234`, `accuracy 0.9876`. */
function numbers(logs: Logs): string[] {
  return Object.entries(logs).map(([name, value]) => {
    const size = Math.abs(value), plain = size === 0 || (size >= 1e-3 && size < 1e6);
    return `${printable(name)} ${plain ? value.toFixed(4) : value.toExponential(2)}`;
  });
}

/** Seconds as `1:05` or `2:01:05`. */
function clock(seconds: number): string {
  const s = Math.ceil(seconds), pad = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(s % 60)}` : `${minutes}:${pad(s % 60)}`;
}
