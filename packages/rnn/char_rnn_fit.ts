/** The training of a CharRNN: window after window, epoch after epoch. */
import { Turns } from "@neurite/nn";
import { DataError, DivergedError } from "@neurite/tensor";
import { checkCount } from "./check.ts";

/** Where the training is. */
export interface CharRNNProgress {
  /** The epoch, counted from 1. */
  epoch: number;
  /** The window within the epoch, counted from 1. */
  iteration: number;
  /** The windows of an epoch. */
  iterations: number;
  /** The loss of the window before its step, summed over its characters, in nats. */
  loss: number;
  /** The smoothed loss; see `CharRNN.smoothedLoss`. Divide by `seqLength` for nats a character. */
  smoothedLoss: number;
}

/** How a {@linkcode CharRNN} is trained. */
export interface CharRNNFitOptions {
  /** How often the corpus is gone through; by default as the network was told. */
  epochs?: number;
  /** Called after each window. */
  onIteration?: (progress: CharRNNProgress) => void;
  /** Ends the training after the current window when it is aborted; no error is thrown. */
  signal?: AbortSignal;
}

/** The course of a training. */
export interface CharRNNHistory {
  /** The loss of the windows of each epoch, averaged over them; each measured before its step. */
  loss: number[];
  /** The smoothed loss after each epoch. */
  smoothedLoss: number[];
  /** Whether it was ended by the signal. */
  stopped: boolean;
}

/** What a step on a window gives. */
export interface Learnt {
  /** The loss before the step. */
  readonly loss: number;
  /** Where something is not finite, if anything; then there was no step. */
  readonly fault?: string;
}

/** What is trained. */
interface Network {
  readonly windows: number;
  window: number;
  readonly smoothedLoss: number;
  readonly epochs: number;
}

/** Trains a network; `learn` makes a step on a window. See `CharRNN.fit`. */
export async function train(
  network: Network,
  learn: (window: number) => Learnt,
  { epochs = network.epochs, onIteration, signal }: CharRNNFitOptions,
): Promise<CharRNNHistory> {
  checkCount("train", "epochs", epochs);
  const { windows } = network;
  if (windows === 0) {
    throw new DataError(
      "Cannot train as there must be a corpus: current none. Give it to CharRNN.load after the path",
    );
  }
  const stopped = () => signal?.aborted ?? false;
  const history: CharRNNHistory = { loss: [], smoothedLoss: [], stopped: stopped() };
  const turns = new Turns();
  if (network.window >= windows) network.window = 0; // another corpus
  for (let epoch = 1; epoch <= epochs && !history.stopped; epoch++) {
    let total = 0, count = 0;
    while (network.window < windows && !history.stopped) {
      const iteration = network.window + 1, { loss, fault } = learn(network.window);
      if (fault !== undefined) throw new DivergedError(loss, epoch, iteration, fault);
      network.window = iteration;
      total += loss;
      count++;
      const { smoothedLoss } = network;
      onIteration?.({ epoch, iteration, iterations: windows, loss, smoothedLoss });
      await turns.give();
      history.stopped = stopped();
    }
    if (network.window === windows) network.window = 0;
    history.loss.push(total / count);
    history.smoothedLoss.push(network.smoothedLoss);
  }
  return history;
}
