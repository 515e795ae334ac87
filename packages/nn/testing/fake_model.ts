/** A model that only does what callbacks ask of it, and remembers it. */
import { type Tensor, tensor } from "@neurite/tensor";
import type { Callback, Logs } from "../callbacks/callback.ts";
import type { Model } from "../model.ts";

/** What callbacks use of a model. The only weight is a number. */
export class FakeModel {
  stopTraining = false;
  progress = { epoch: 0, step: 0 };
  optimizer: { learningRate: number };
  weight = -1;
  readonly saved: string[] = [];

  constructor(learningRate = 0.5) {
    this.optimizer = { learningRate };
  }

  getWeights(): Tensor[] {
    return [tensor(this.weight)];
  }

  setWeights([weight]: Tensor[]): void {
    this.weight = weight.item();
  }

  save(path: string): Promise<void> {
    this.saved.push(path);
    return Promise.resolve();
  }
}

/** How {@linkcode rehearse} goes. */
export interface Rehearsal {
  model?: FakeModel;
  /** Batches in an epoch; the logs of each are those of the epoch. */
  batches?: number;
  /** Called after each epoch. */
  after?: (epoch: number, logs: Logs) => void;
}

/** Calls a callback as `fit` does, with the given logs; the weight is the number of the epoch. */
export async function rehearse(
  callback: Callback,
  logs: readonly Logs[],
  { model = new FakeModel(), batches = 0, after }: Rehearsal = {},
): Promise<FakeModel> {
  callback.model = model as unknown as Model;
  callback.plan = {
    epochs: logs.length,
    steps: batches,
    batchSize: 10,
    samples: 10 * batches,
  };
  model.stopTraining = false;
  await callback.onTrainBegin();
  for (let epoch = 0; epoch < logs.length && !model.stopTraining; epoch++) {
    const own = { ...logs[epoch] };
    await callback.onEpochBegin(epoch);
    for (let batch = 0; batch < batches; batch++) {
      await callback.onTrainBatchEnd(batch, callback.wantsLogs(batch) ? own : {});
    }
    model.weight = epoch;
    await callback.onEpochEnd(epoch, own);
    after?.(epoch, own);
  }
  await callback.onTrainEnd(logs.at(-1) ?? {});
  return model;
}

/** Keras's name of an option or a number as it is called here: `val_loss` to `valLoss`. */
export function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Keras's options as they are called here. */
export function ours(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name === "min_lr" ? "minLearningRate" : camel(name),
      name === "monitor" ? camel(String(value)) : value,
    ]),
  );
}

/** The logs of epochs in which all that is looked at has one value. */
export function logsOf(values: readonly number[]): Logs[] {
  return values.map((v) => ({ loss: v, valLoss: v, valAccuracy: v }));
}
