/**
 * How far a training is: one line an epoch, and on a terminal a live bar below them.
 *
 * @module
 */
import type { FitOptions } from "@neurite/mlp-backprop";
import cliProgress from "cli-progress";
import process from "node:process";

/** What shows the progress of a training. */
export interface TrainingProgress {
  /** To be given to `fit`. */
  readonly callbacks: Pick<FitOptions, "onStep" | "onEpoch">;
  /** Ends the display. */
  readonly stop: () => void;
}

/** Shows the epoch, the loss, the time left and samples a second, and a line for each epoch. */
export function trainingProgress(epochs: number, batchSize: number): TrainingProgress {
  return Deno.stdout.isTerminal() ? liveBar(epochs, batchSize) : linePerEpoch(epochs);
}

/** What is known after an epoch. */
type Epoch = Parameters<NonNullable<FitOptions["onEpoch"]>>[0];

function lineOf({ epoch, cost, validationAccuracy, samplesPerSecond }: Epoch, epochs: number) {
  const accuracy = validationAccuracy === undefined
    ? []
    : [`validation accuracy ${(100 * validationAccuracy).toFixed(2)} %`];
  const speed = `${Math.round(samplesPerSecond)} samples/s`;
  return [`epoch ${epoch}/${epochs}`, `loss ${cost.toFixed(4)}`, ...accuracy, speed].join("  ");
}

function linePerEpoch(epochs: number): TrainingProgress {
  return { callbacks: { onEpoch: (e) => console.log(lineOf(e, epochs)) }, stop: () => {} };
}

/** A bar below the lines of the epochs; no setting of the terminal is changed. */
function liveBar(epochs: number, batchSize: number): TrainingProgress {
  const { columns } = Deno.consoleSize();
  const bar = new cliProgress.SingleBar({
    stream: process.stdout,
    format: "epoch {epoch}/{epochs} {bar} loss {loss}  {left} s left" +
      (columns < 80 ? "" : "  {speed} samples/s"),
    barsize: Math.floor(columns / 8),
    clearOnComplete: true,
    hideCursor: false,
  }, cliProgress.Presets.shades_classic);
  const start = performance.now();
  let running = false;
  const stop = () => {
    if (running) bar.stop();
    running = false;
  };
  return {
    callbacks: {
      onStep({ epoch, step, steps, cost }) {
        const total = epochs * steps, done = (epoch - 1) * steps + step;
        const stepsPerSecond = done / (performance.now() - start) * 1000;
        const speed = Math.round(stepsPerSecond * batchSize);
        const left = Math.ceil((total - done) / stepsPerSecond);
        const shown = { epoch, epochs, loss: cost.toFixed(4), speed, left };
        if (running) bar.update(done, shown);
        else bar.start(total, done, shown);
        running = true;
      },
      onEpoch(e) {
        stop();
        console.log(lineOf(e, epochs));
      },
    },
    stop,
  };
}
