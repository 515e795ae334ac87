/** The means over the batches of an epoch, or of a set. */
import { keep, type RngState, stopGradient, type Tensor } from "@neurite/tensor";
import { readTogether } from "@neurite/tensor/internal";
import type { Logs } from "../callbacks/callback.ts";
import type { Metric, Reading } from "../metrics/mod.ts";
import type { Ranks } from "./ranks.ts";

/** What is measured of an output of the model. */
export interface Measures {
  /** The output's name. */
  readonly name: string;
  /** What is measured of it. */
  readonly metrics: readonly Metric[];
  /** What is measured with weights. */
  readonly weightedMetrics: readonly Metric[];
}

/** What came of a batch for an output. */
export interface Outcome {
  /** The loss of the output alone. */
  readonly loss: Tensor;
  /** The targets. */
  readonly target: Tensor;
  /** The predictions; `undefined` where nothing is measured. */
  readonly prediction: Tensor | undefined;
  /** Which examples are there, where some are not. */
  readonly mask: Tensor | undefined;
  /** How much each counts for what is measured with weights. */
  readonly weights: Tensor | undefined;
}

/** Where a training was before a step. */
export interface StepPlace {
  /** The epoch, counted from 0. */
  readonly epoch: number;
  /** The step within it, counted from 0. */
  readonly step: number;
  /** The generator. */
  readonly rng: RngState;
}

/** Steps that a device refused, as something in them was not finite. */
export interface Refused {
  /** How many: the last ones. */
  readonly count: number;
  /** The loss of the first. */
  readonly loss: number;
  /** Where it was. */
  readonly place: StepPlace | undefined;
}

/** Numbers of a batch that are still where they were computed. */
interface Waiting {
  readonly place: StepPlace | undefined;
  readonly tensors: readonly Tensor[];
  readonly take: (values: readonly ArrayLike<number>[]) => void;
}

/** Batches after which numbers are read that nobody has asked for: a device is not let run away. */
export const MANY_BATCHES = 64;

/**
 * The means of the loss and of what is measured, over all batches since the last reset. The numbers
 * of a batch stay on the device until somebody looks, and are then read all in one; they are added up
 * here, in f64 and in the order of the batches, so that the means are the same whenever that was.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1], kernelInitializer: "ones" })]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const means = model.trainer.newMeans(); // apart from those of the training
 * for (const x of [[[1]], [[3]]]) {
 *   model.trainer.measure({ x: [tensor(x)], y: [tensor([[0]])], weights: undefined, count: 1 }, means);
 * }
 * assertEquals(await means.logs(), { loss: 5 });
 * ```
 */
export class Means {
  readonly #outputs: readonly Measures[];
  readonly #metrics: readonly Metric[];
  /** Their names in the logs. */
  readonly #names: readonly string[];
  /** What shared metrics had seen, to be restored. */
  readonly #before: readonly (readonly number[])[];
  readonly #waiting: Waiting[] = [];
  #reading: Promise<unknown> = Promise.resolve();
  #total = 0;
  #count = 0;
  /** The total of each output, where there are several. */
  #totals: number[] = [];

  /** Begins with nothing. */
  constructor(outputs: readonly Measures[]) {
    this.#outputs = outputs;
    this.#metrics = outputs.flatMap((output) => [...output.metrics, ...output.weightedMetrics]);
    this.#names = namesOf(outputs);
    this.#before = this.#metrics.map(({ sums }) => [...sums]);
    this.reset();
  }

  /** Batches whose numbers were not read yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Forgets what was seen. */
  reset(): void {
    for (const { tensors } of this.#waiting.splice(0)) dispose(tensors);
    this.#total = this.#count = 0;
    this.#totals = this.#outputs.length > 1 ? this.#outputs.map(() => 0) : [];
    for (const metric of this.#metrics) metric.reset();
  }

  /** Gives metrics back, that were given as objects, with what they had seen before. */
  end(): void {
    this.reset();
    this.#metrics.forEach((metric, i) => metric.sums = this.#before[i]);
  }

  /** Takes in a batch of `count` examples: its loss, what came of each output, and where it was. */
  take(loss: Tensor, outcomes: readonly Outcome[], count: number, place?: StepPlace): void {
    const readings = outcomes.flatMap(({ target, prediction, mask, weights }, i): Reading[] => {
      if (prediction === undefined) return [];
      const { metrics, weightedMetrics } = this.#outputs[i];
      return [
        ...metrics.map((metric) => metric.measure(target, prediction, mask)),
        ...weightedMetrics.map((metric) => metric.measure(target, prediction, weights)),
      ];
    });
    const losses = [loss, ...(this.#totals.length === 0 ? [] : outcomes.map(({ loss }) => loss))];
    // Handles of their own: what was computed goes with the step.
    const tensors = [...losses, ...readings.flatMap(({ tensors }) => tensors)]
      .map((tensor) => keep(stopGradient(tensor)));
    this.#waiting.push({
      place,
      tensors,
      take: (values) => {
        const [loss, ...others] = values;
        this.#total += loss[0] * count;
        this.#count += count;
        let at = this.#totals.length;
        this.#totals = this.#totals.map((total, i) => total + others[i][0] * count);
        for (const { tensors, take } of readings) take(others.slice(at, at += tensors.length));
      },
    });
    if (this.#waiting.length >= MANY_BATCHES && loss.backend.synchronous) void this.settle();
  }

  /**
   * Reads what waits: at once where that can be done. A device that refuses steps counts them in
   * `refused`: their numbers are left out, and told.
   */
  settle(refused?: Tensor): Promise<Refused | undefined> {
    const waiting = this.#waiting.splice(0), tensors = waiting.flatMap(({ tensors }) => tensors);
    const apply = (values: readonly ArrayLike<number>[], count: number): Refused | undefined => {
      const losses: number[] = [];
      let at = 0;
      waiting.forEach(({ tensors, take }, i) => {
        losses.push(values[at][0]);
        if (i < waiting.length - count) take(values.slice(at, at + tensors.length));
        at += tensors.length;
      });
      const first = Math.max(0, waiting.length - count);
      return count === 0
        ? undefined
        : { count, loss: losses[first] ?? NaN, place: waiting[first]?.place };
    };
    if (refused === undefined && tensors.every(({ backend }) => backend.synchronous)) {
      apply(tensors.map((tensor) => tensor.dataSync()), 0);
      dispose(tensors);
      return this.#reading.then(() => undefined);
    }
    const all = refused === undefined ? tensors : [refused, ...tensors];
    const read = readTogether(all).finally(() => dispose(tensors));
    // One reading after the other, as sums depend on the order.
    const done = Promise.all([read, this.#reading]).then(([values]) =>
      refused === undefined ? apply(values, 0) : apply(values.slice(1), values[0][0])
    );
    this.#reading = done;
    return done;
  }

  /** The means since the last reset: the loss, and what is measured; over all ranks where there are some. */
  async logs(ranks?: Ranks): Promise<Logs> {
    await this.settle();
    if (ranks === undefined) return this.#logs();
    const own = this.#sums();
    try {
      this.#set(ranks.sum(own));
      return this.#logs();
    } finally {
      this.#set(own);
    }
  }

  #logs(): Logs {
    const logs: Logs = { loss: this.#total / this.#count }, several = this.#totals.length > 0;
    let at = 0;
    this.#outputs.forEach(({ name, metrics, weightedMetrics }, i) => {
      if (several) logs[`${camel(name)}Loss`] = this.#totals[i] / this.#count;
      for (const metric of [...metrics, ...weightedMetrics]) {
        logs[this.#names[at++]] = metric.result();
      }
    });
    return logs;
  }

  /** The numbers that the means are made of, over all ranks, for a checkpoint in the middle of an epoch. */
  async sums(ranks?: Ranks): Promise<number[]> {
    await this.settle();
    return ranks?.sum(this.#sums()) ?? this.#sums();
  }

  #sums(): number[] {
    const sums = this.#metrics.flatMap((metric) => metric.sums);
    return [this.#total, this.#count, ...this.#totals, ...sums];
  }

  /** How many numbers {@linkcode Means.sums} gives. */
  get size(): number {
    return 2 + this.#totals.length +
      this.#metrics.reduce((size, { sums }) => size + sums.length, 0);
  }

  /** Goes on from such numbers. */
  restore(sums: readonly number[]): void {
    if (sums.length !== this.size) {
      throw new RangeError(
        `Cannot go on within an epoch as its means must be made of ${this.size} numbers: current ` +
          `${sums.length}. Compile the model with the losses and metrics that it had`,
      );
    }
    this.reset();
    this.#set(sums);
  }

  #set(sums: readonly number[]): void {
    const left = [...sums];
    [this.#total, this.#count] = left.splice(0, 2);
    this.#totals = left.splice(0, this.#totals.length);
    for (const metric of this.#metrics) metric.sums = left.splice(0, metric.sums.length);
  }
}

function dispose(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}

/**
 * The names of what is measured, one output after the other. What would go by the same name twice is
 * told apart as in Keras: `weightedMae` beside `mae`, then `mae_1`.
 *
 * Throws `RangeError` for a metric object that would take in what is measured in several places.
 */
function namesOf(outputs: readonly Measures[]): string[] {
  const used = new Set<Metric>(), counts = new Map<string, number>([["loss", 1]]);
  const nameOf = (metric: Metric, output: string, weighted: boolean): string => {
    if (used.has(metric)) {
      throw new RangeError(
        `Cannot measure ${metric.name} as each output, with weights and without, needs a metric of its ` +
          "own: current one object for two. Give its name, or a function",
      );
    }
    used.add(metric);
    const full = (name: string) => outputs.length > 1 ? camel(`${output}_${name}`) : name;
    const plain = full(metric.name);
    const name = weighted && counts.has(plain) ? full(camel(`weighted_${metric.name}`)) : plain;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
  return outputs.flatMap(({ name, metrics, weightedMetrics }) => [
    ...metrics.map((metric) => nameOf(metric, name, false)),
    ...weightedMetrics.map((metric) => nameOf(metric, name, true)),
  ]);
}

/** `dense_1_accuracy` to `dense1Accuracy`. */
function camel(name: string): string {
  return name.replace(/_+(.)/g, (_, c: string) => c.toUpperCase());
}
