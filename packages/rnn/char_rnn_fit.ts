/** The training of a CharRNN: window after window, epoch after epoch. */
import { Yielder } from "@neurite/nn";
import { DataError, DivergedError } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";

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
  /**
   * Goes on exactly with the training that was stopped or saved, between any two windows: `epochs`
   * counts those that are done, and the result becomes that of a training that was never interrupted,
   * to the bit. `false` by default.
   */
  resume?: boolean;
  /** Called after each window; a promise is awaited. */
  onIteration?: (progress: CharRNNProgress) => unknown;
  /** Ends the training after the current window when it is aborted; no error is thrown. */
  signal?: AbortSignal;
}

/** The course of a training. */
export interface CharRNNHistory {
  /** The loss of the windows of each epoch, averaged over them; each measured before its step. */
  loss: number[];
  /** The smoothed loss after each epoch. */
  smoothedLoss: number[];
  /** Whether it was ended by the signal; an epoch that was not gone through is not in the lists. */
  stopped: boolean;
}

/** Where a training is. It is saved with the network. */
export interface CharRNNPlace {
  /** Epochs that are done. */
  epoch: number;
  /** Windows of the next epoch that are done. */
  window: number;
  /** The sum of their losses. */
  total: number;
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
  readonly place: CharRNNPlace;
  history: CharRNNHistory;
  readonly smoothedLoss: number;
  readonly epochs: number;
}

/** Trains a network; `learn` makes a step on a window. See `CharRNN.fit`. */
export async function train(
  network: Network,
  learn: (window: number) => Learnt,
  { epochs = network.epochs, resume = false, onIteration, signal }: CharRNNFitOptions,
): Promise<CharRNNHistory> {
  checkCount("train", "epochs", epochs);
  const { windows, place } = network, yielder = new Yielder();
  if (windows === 0) {
    throw new DataError(
      "Cannot train as there must be a corpus: current none. Give it to CharRNN.load after the path",
    );
  }
  if (!resume) {
    place.epoch = 0;
    network.history = { loss: [], smoothedLoss: [], stopped: false };
  }
  if (place.window > windows) place.window = place.total = 0; // another corpus
  const { history } = network, stopped = () => history.stopped = signal?.aborted ?? false;
  while (!stopped() && place.epoch < epochs) {
    while (place.window < windows && !history.stopped) {
      const epoch = place.epoch + 1, iteration = place.window + 1;
      const { loss, fault } = learn(place.window);
      if (fault !== undefined) throw new DivergedError(loss, epoch, iteration, fault);
      place.window = iteration;
      place.total += loss;
      const { smoothedLoss } = network;
      await onIteration?.({ epoch, iteration, iterations: windows, loss, smoothedLoss });
      await yielder.yield();
      stopped();
    }
    if (place.window < windows) break;
    history.loss.push(place.total / windows);
    history.smoothedLoss.push(network.smoothedLoss);
    place.epoch++;
    place.window = place.total = 0;
  }
  return history;
}
