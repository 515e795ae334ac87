/**
 * How far a training is: a live bar on a terminal, one line an epoch elsewhere.
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

const percent = (share: number | undefined) =>
  share === undefined ? "-" : `${(100 * share).toFixed(2)} %`;

/** Shows loss, validation accuracy, samples a second and the time left. */
export function trainingProgress(epochs: number, batchSize: number): TrainingProgress {
  return Deno.stdout.isTerminal() ? liveBar(epochs, batchSize) : linePerEpoch(epochs);
}

function linePerEpoch(epochs: number): TrainingProgress {
  const onEpoch: FitOptions["onEpoch"] = (e) =>
    console.log(
      `epoch ${e.epoch}/${epochs}  loss ${e.cost.toFixed(4)}  validation accuracy ${
        percent(e.validationAccuracy)
      }  ${Math.round(e.samplesPerSecond)} samples/s`,
    );
  return { callbacks: { onEpoch }, stop: () => {} };
}

function liveBar(epochs: number, batchSize: number): TrainingProgress {
  const bar = new cliProgress.SingleBar({
    stream: process.stdout,
    format: "epoch {epoch}/{epochs} {bar} loss {loss}  validation {accuracy}  " +
      "{speed} samples/s  {left} s left",
    barsize: Math.max(8, Math.min(24, Deno.consoleSize().columns - 72)),
    hideCursor: true,
  }, cliProgress.Presets.shades_classic);
  let accuracy = percent(undefined), first = 0;
  const callbacks: TrainingProgress["callbacks"] = {
    onStep({ epoch, step, steps, cost }) {
      const total = epochs * steps, done = (epoch - 1) * steps + step, loss = cost.toFixed(4);
      if (done === 1) {
        first = performance.now();
        bar.start(total, 1, { epoch, epochs, loss, accuracy, speed: "-", left: "-" });
        return;
      }
      const stepsPerSecond = (done - 1) / (performance.now() - first) * 1000;
      const speed = Math.round(stepsPerSecond * batchSize);
      const left = Math.ceil((total - done) / stepsPerSecond);
      bar.update(done, { epoch, epochs, loss, accuracy, speed, left });
    },
    onEpoch({ validationAccuracy }) {
      accuracy = percent(validationAccuracy);
      bar.update({ accuracy });
    },
  };
  return { callbacks, stop: () => bar.stop() };
}
