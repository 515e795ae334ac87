/** Minibatch stochastic gradient descent. */
import {
  checkFinite,
  DivergedError,
  gather,
  slice,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { checkCount, checkPaired, checkRows } from "./check.ts";
import type { MultilayerPerceptron } from "./multilayer_perceptron.ts";

/** Examples that a network is measured with. */
export interface Validation {
  /** The inputs, `[N, in]`. */
  X: TensorLike;
  /** The desired outputs, `[N, out]`. */
  y: TensorLike;
}

/** How a network is trained. */
export interface FitOptions {
  /** How often all examples are gone through; 10 by default. */
  epochs?: number;
  /** Examples in a minibatch; 100 by default. */
  batchSize?: number;
  /** The learning rate η; 0.1 by default. */
  learningRate?: number;
  /** Whether each epoch goes through the examples in a new random order; `true` by default. */
  shuffle?: boolean;
  /**
   * What accuracy is measured on after each epoch: by default the last minibatch of the epoch, which
   * is then not trained on; a fraction between 0 and 1 holds out so many examples at the end of the
   * set; or a set of its own; `false` measures nothing.
   */
  validation?: number | Validation | false;
  /** Called after each step. */
  onStep?: (progress: StepProgress) => void;
  /** Called after each epoch. */
  onEpoch?: (progress: EpochProgress) => void;
  /** Stops the training after the current step when it is aborted. */
  signal?: AbortSignal;
}

/** Where the training is within an epoch. */
export interface StepProgress {
  /** The epoch, counted from 1. */
  epoch: number;
  /** The step within the epoch, counted from 1. */
  step: number;
  /** The steps of an epoch. */
  steps: number;
  /** The cost of the minibatch, averaged over its examples. */
  cost: number;
}

/** What an epoch gave. */
export interface EpochProgress {
  /** The epoch, counted from 1. */
  epoch: number;
  /** The cost, averaged over the examples that were trained on. */
  cost: number;
  /** The share of validation examples that are right, from 0 to 1; `undefined` without them. */
  validationAccuracy: number | undefined;
  /** Examples trained on per second. */
  samplesPerSecond: number;
}

/** The course of a training. */
export interface History {
  /** The cost of each epoch, averaged over its examples. */
  cost: number[];
  /** The accuracy on the validation examples after each epoch, from 0 to 1. */
  validationAccuracy: number[];
  /** Whether it was stopped by the signal before its end. */
  stopped: boolean;
}

/** Milliseconds after which the rest of the program gets a turn. */
const TURN = 50;

/** The examples of a training, as tensors. */
interface Sets {
  /** Inputs and desired outputs; the first `count` rows are trained on. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly count: number;
  /** What is measured after each epoch: a set of its own, the last minibatch, or nothing. */
  readonly validation: { readonly x: Tensor; readonly y: Tensor } | "last minibatch" | undefined;
}

/** Checks the examples and holds out those for validation. */
function prepare(
  { layers }: MultilayerPerceptron,
  X: TensorLike,
  Y: TensorLike,
  batchSize: number,
  option: FitOptions["validation"],
): Sets {
  const paired = (X: TensorLike, Y: TensorLike) => {
    const x = checkRows(X, layers[0], "X"), y = checkRows(Y, layers.at(-1)!, "y");
    checkPaired(x, y);
    checkFinite(x, "X");
    checkFinite(y, "y");
    return { x, y };
  };
  const { x, y } = paired(X, Y), count = x.shape[0];
  if (option === false) return { x, y, count, validation: undefined };
  if (option === undefined) {
    if (count > batchSize) return { x, y, count, validation: "last minibatch" };
    throw new RangeError(
      "Cannot hold out the last minibatch as there must be at least two: current " +
        `${count} examples in minibatches of ${batchSize}. Use smaller ones, or another validation`,
    );
  }
  if (typeof option !== "number") return { x, y, count, validation: paired(option.X, option.y) };
  const held = Math.round(option * count);
  if (!(held >= 1 && held < count)) {
    throw new RangeError(
      "Cannot hold out a fraction as it must leave examples on both sides: current " +
        `${option} of ${count}`,
    );
  }
  const tail = (t: Tensor) => slice(t, [count - held, 0], [held, -1]);
  return { x, y, count: count - held, validation: { x: tail(x), y: tail(y) } };
}

/** Trains a network; see {@linkcode MultilayerPerceptron.fit}. */
export async function train(
  network: MultilayerPerceptron,
  X: TensorLike,
  Y: TensorLike,
  options: FitOptions,
): Promise<History> {
  const { epochs = 10, batchSize = 100, learningRate = 0.1, shuffle = true, signal } = options;
  checkCount("epochs", epochs);
  checkCount("batchSize", batchSize);
  if (!Number.isFinite(learningRate) || learningRate <= 0) {
    throw new RangeError(
      `Cannot train as learningRate must be a number greater than 0: current ${learningRate}`,
    );
  }
  const sets = tidy(() => prepare(network, X, Y, batchSize, options.validation));
  const { x, y, count, validation } = sets;
  const lastHeldOut = validation === "last minibatch";
  const steps = Math.ceil(count / batchSize) - (lastHeldOut ? 1 : 0);
  const history: History = { cost: [], validationAccuracy: [], stopped: false };
  let turn = performance.now();
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const start = performance.now();
      const order = shuffle
        ? network.rng.permutation(count)
        : Int32Array.from({ length: count }, (_, i) => i);
      const minibatch = (i: number) => order.subarray(i * batchSize, (i + 1) * batchSize);
      let total = 0, seen = 0;
      for (let step = 1; step <= steps; step++) {
        const rows = minibatch(step - 1);
        const cost = tidy(() =>
          network.updateParameters(gather(x, rows), gather(y, rows), learningRate)
        );
        if (!Number.isFinite(cost)) throw diverged(network, cost, epoch, step);
        total += cost * rows.length;
        seen += rows.length;
        options.onStep?.({ epoch, step, steps, cost });
        if (performance.now() - turn > TURN) {
          await new Promise((resolve) => setTimeout(resolve));
          turn = performance.now();
        }
        if (signal?.aborted) break;
      }
      const samplesPerSecond = seen / (performance.now() - start) * 1000;
      const validationAccuracy = validation && tidy(() => {
        const rows = minibatch(steps);
        const set = validation === "last minibatch"
          ? { x: gather(x, rows), y: gather(y, rows) }
          : validation;
        return network.accuracy(set.y, network.predict(set.x));
      });
      history.cost.push(total / seen);
      if (validationAccuracy !== undefined) history.validationAccuracy.push(validationAccuracy);
      options.onEpoch?.({ epoch, cost: total / seen, validationAccuracy, samplesPerSecond });
      if (signal?.aborted) {
        history.stopped = true;
        break;
      }
    }
  } finally {
    const own = [x, y, ...(typeof validation === "object" ? [validation.x, validation.y] : [])];
    const given = typeof options.validation === "object" ? options.validation : undefined;
    for (const tensor of own) {
      if (![X, Y, given?.X, given?.y].includes(tensor)) tensor.dispose();
    }
  }
  return history;
}

/** The error of a cost that is not finite, with the first layer whose weights are not. */
function diverged(
  network: MultilayerPerceptron,
  cost: number,
  epoch: number,
  step: number,
): DivergedError {
  const finite = (W: Tensor) => W.dataSync().every(Number.isFinite);
  const layer = network.weights.findIndex((W) => !finite(W));
  const where = layer < 0 ? `layer ${network.layers.length} (the output)` : `layer ${layer + 2}`;
  return new DivergedError(cost, epoch, step, where);
}
