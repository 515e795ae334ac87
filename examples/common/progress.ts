/**
 * How far a training is: one line an epoch, and on a terminal a live bar below them.
 *
 * @module
 */
import type { FitOptions } from "@neurite/mlp-backprop";
import { TerminalBar } from "@neurite/tensor/texts";
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

/** Milliseconds between two looks at the training. */
const INTERVAL = 100;

/** A bar below the lines of the epochs; no setting of the terminal is changed. */
function liveBar(epochs: number, batchSize: number): TrainingProgress {
  const bar = new TerminalBar(process.stdout), start = performance.now();
  let drawn = 0;
  return {
    callbacks: {
      onStep({ epoch, step, steps, cost }) {
        const now = performance.now();
        if (now - drawn < INTERVAL) return;
        drawn = now;
        const total = epochs * steps, done = (epoch - 1) * steps + step;
        const stepsPerSecond = done / (now - start) * 1000;
        bar.show(done / total, `epoch ${epoch}/${epochs}`, [
          `loss ${cost.toFixed(4)}`,
          `${Math.ceil((total - done) / stepsPerSecond)} s left`,
          `${Math.round(stepsPerSecond * batchSize)} samples/s`,
        ]);
      },
      onEpoch: (e) => bar.replace(`${lineOf(e, epochs)}\n`),
    },
    stop: () => bar.stop(),
  };
}
