/** Minibatch stochastic gradient descent. */
import {
  DivergedError,
  gather,
  type Rng,
  slice,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { checkCount, checkOptions, checkPositive } from "@neurite/tensor/internal";
import { checkExamples, type Examples, type Kind } from "./check.ts";

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
  /** Examples in a minibatch, m; 100 by default. The last one of an epoch may be smaller. */
  batchSize?: number;
  /** The learning rate η; 0.1 by default. */
  learningRate?: number;
  /** Whether each epoch goes through the examples in a new random order; `true` by default. */
  shuffle?: boolean;
  /**
   * What accuracy is measured on after each epoch.
   *
   * - By default, the last minibatch of the epoch, which is then not trained on. With `shuffle` it
   *   is another one in each epoch, so that the network has seen its examples before.
   * - A fraction between 0 and 1 holds out so many examples at the end of the set, in every epoch.
   * - `{ X, y }` is a set of its own.
   * - `false` measures nothing and trains on everything.
   */
  validation?: number | Validation | false;
  /** Called after each step; a promise is awaited. */
  onStep?: (progress: StepProgress) => unknown;
  /** Called after each epoch; a promise is awaited. */
  onEpoch?: (progress: EpochProgress) => unknown;
  /** Ends the training after the current step when it is aborted; no error is thrown. */
  signal?: AbortSignal;
}

/** The names of the options. */
const KNOWN: Readonly<Record<keyof FitOptions, true>> = {
  epochs: true,
  batchSize: true,
  learningRate: true,
  shuffle: true,
  validation: true,
  onStep: true,
  onEpoch: true,
  signal: true,
};

/** The networks that are being trained. */
const training = new WeakSet<Network>();

/** Where the training is within an epoch. */
export interface StepProgress {
  /** The epoch, counted from 1. */
  epoch: number;
  /** The step within the epoch, counted from 1. */
  step: number;
  /** The steps of an epoch. */
  steps: number;
  /** The cost of the minibatch before the step, averaged over its examples. */
  cost: number;
}

/** What an epoch gave. */
export interface EpochProgress {
  /** The epoch, counted from 1. */
  epoch: number;
  /** The cost, averaged over the examples that were trained on, each measured before its step. */
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
  /** Whether it was ended by the signal. */
  stopped: boolean;
}

/** What is trained. */
interface Network extends Kind {
  readonly rng: Rng;
  readonly weights: readonly Tensor[];
  predict(X: TensorLike): Tensor;
  accuracy(y: TensorLike, pred: TensorLike): number;
}

/** One step on a minibatch. */
type Step = (x: Tensor, y: Tensor, learningRate: number) => TriedStep;

/** What came of a step. */
export interface TriedStep {
  /** The cost before it, averaged over its examples. */
  readonly cost: number;
  /** The largest magnitude among the new weights and biases. */
  readonly largest: number;
  /** Whether it was taken: both are finite. */
  readonly taken: boolean;
}

/** What is trained on and what is measured with. */
interface Split {
  /** The examples, of which the first `count` are trained on. */
  readonly examples: Examples;
  readonly count: number;
  /** A set of its own, the last minibatch of each epoch, or nothing. */
  readonly validation: Examples | "last minibatch" | undefined;
}

/** Milliseconds after which the training yields to the event loop: signals, timers, the terminal. */
const YIELD_INTERVAL = 50;

/** Trains a network; see `MultilayerPerceptron.fit`. */
export async function train(
  network: Network,
  update: Step,
  X: TensorLike,
  Y: TensorLike,
  options: FitOptions,
): Promise<History> {
  const { epochs = 10, batchSize = 100, learningRate = 0.1, shuffle = true, signal } = options;
  checkOptions("train", options, KNOWN);
  checkCount("train", "epochs", epochs);
  checkCount("train", "batchSize", batchSize);
  checkPositive("train", "learningRate", learningRate);
  if (training.has(network)) {
    throw new Error(
      "Cannot train the network as one training must end before the next begins: current one is " +
        "still running. Await it",
    );
  }
  const split = tidy(() => hold(network, X, Y, batchSize, options.validation));
  const { examples: { x, y }, count, validation } = split;
  const history: History = { cost: [], validationAccuracy: [], stopped: signal?.aborted ?? false };
  let yielded = performance.now();
  training.add(network);
  try {
    for (let epoch = 1; epoch <= epochs && !history.stopped; epoch++) {
      // Shuffle the N examples and split them into ⌈N/m⌉ minibatches.
      const start = performance.now();
      const order = shuffle
        ? network.rng.permutation(count)
        : Int32Array.from({ length: count }, (_, i) => i);
      const minibatches = Array.from(
        { length: Math.ceil(count / batchSize) },
        (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize),
      );
      const heldOut = validation === "last minibatch" ? minibatches.pop() : undefined;

      // A step downhill for each of them.
      let total = 0, seen = 0, step = 0;
      for (const rows of minibatches) {
        const tried = tidy(() => update(gather(x, rows), gather(y, rows), learningRate));
        const { cost } = tried;
        step++;
        if (!tried.taken) throw diverged(network, tried, epoch, step);
        total += cost * rows.length;
        seen += rows.length;
        await options.onStep?.({ epoch, step, steps: minibatches.length, cost });
        if (performance.now() - yielded > YIELD_INTERVAL) {
          await new Promise((resolve) => setTimeout(resolve));
          yielded = performance.now();
        }
        history.stopped = signal?.aborted ?? false;
        if (history.stopped) break;
      }

      // Measure with what was held out.
      const cost = total / seen, samplesPerSecond = seen / (performance.now() - start) * 1000;
      const validationAccuracy = validation && tidy(() => {
        const set = validation !== "last minibatch"
          ? validation
          : { x: gather(x, heldOut!), y: gather(y, heldOut!) };
        const predictions = network.predict(set.x);
        if (!Number.isFinite(sum(predictions).item())) {
          throw diverged(network, { cost: NaN }, epoch, step);
        }
        return network.accuracy(set.y, predictions);
      });
      history.cost.push(cost);
      if (validationAccuracy !== undefined) history.validationAccuracy.push(validationAccuracy);
      await options.onEpoch?.({ epoch, cost, validationAccuracy, samplesPerSecond });
    }
  } finally {
    training.delete(network);
    free(split, [X, Y, ...Object.values(options.validation ?? {})]);
  }
  return history;
}

/** Checks the examples and holds out those for validation. */
function hold(
  network: Network,
  X: TensorLike,
  Y: TensorLike,
  batchSize: number,
  option: FitOptions["validation"],
): Split {
  const { backend } = network.weights[0];
  const examples = checkExamples(X, Y, network, backend), count = examples.x.shape[0];
  if (option === false) return { examples, count, validation: undefined };
  if (option === undefined) {
    if (count > batchSize) return { examples, count, validation: "last minibatch" };
    throw new RangeError(
      "Cannot hold out the last minibatch as there must be at least two: current " +
        `${count} examples in minibatches of ${batchSize}. Choose a smaller batchSize, another ` +
        "validation, or validation: false",
    );
  }
  if (typeof option === "object" && option !== null) {
    const validation = checkExamples(option.X, option.y, network, backend);
    return { examples, count, validation };
  }
  const held = Math.round(option * count);
  if (!(option > 0 && option < 1 && held >= 1 && held < count)) {
    throw new RangeError(
      "Cannot hold out a part for validation as it must be a fraction between 0 and 1 that leaves " +
        `examples on both sides: current ${option} of ${count}`,
    );
  }
  const tail = (t: Tensor) => slice(t, [count - held], [held]);
  const validation = { x: tail(examples.x), y: tail(examples.y) };
  return { examples, count: count - held, validation };
}

/** Frees the tensors that were made for the training, and none that the caller gave. */
function free({ examples, validation }: Split, given: readonly unknown[]): void {
  const sets = typeof validation === "object" ? [examples, validation] : [examples];
  for (const tensor of sets.flatMap(({ x, y }) => [x, y])) {
    if (!given.includes(tensor)) tensor.dispose();
  }
}

/** The error of a cost that is not finite, or of a step that would make a weight so. */
function diverged(
  { layers }: Network,
  { cost, largest = NaN }: Partial<TriedStep> & Pick<TriedStep, "cost">,
  epoch: number,
  step: number,
): DivergedError {
  const L = layers.length;
  return Number.isFinite(cost)
    ? new DivergedError(largest, epoch, step, "", "every new weight")
    : new DivergedError(cost, epoch, step, `in the outputs, layer ${L} of ${L}`);
}
