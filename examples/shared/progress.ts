/**
 * How far a training is: a live bar on a terminal, one line an epoch elsewhere.
 *
 * @module
 */
import type { FitOptions } from "@neurite/mlp-backprop";
import cliProgress from "cli-progress";

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
export function trainingProgress(epochs: number, examples: number): TrainingProgress {
  if (!Deno.stdout.isTerminal()) {
    const onEpoch: FitOptions["onEpoch"] = (e) =>
      console.log(
        `epoch ${e.epoch}/${epochs}  loss ${e.cost.toFixed(4)}  validation accuracy ${
          percent(e.validationAccuracy)
        }  ${Math.round(e.samplesPerSecond)} samples/s`,
      );
    return { callbacks: { onEpoch }, stop: () => {} };
  }
  const bar = new cliProgress.SingleBar({
    format: "epoch {epoch}/{epochs} {bar} loss {loss}  validation accuracy {accuracy}  " +
      "{speed} samples/s  {left} s left",
    barsize: 24,
    hideCursor: true,
  }, cliProgress.Presets.shades_classic);
  const started = performance.now();
  let accuracy: number | undefined;
  const callbacks: TrainingProgress["callbacks"] = {
    onStep({ epoch, step, steps, cost }) {
      const done = (epoch - 1) * steps + step, total = epochs * steps;
      if (done === 1) bar.start(total, 0, { epochs });
      const seconds = (performance.now() - started) / 1000;
      bar.update(done, {
        epoch,
        epochs,
        loss: cost.toFixed(4),
        accuracy: percent(accuracy),
        speed: Math.round(done * examples / steps / seconds),
        left: Math.ceil(seconds * (total - done) / done),
      });
    },
    onEpoch({ validationAccuracy }) {
      accuracy = validationAccuracy;
    },
  };
  return { callbacks, stop: () => bar.stop() };
}
