/** The loss and the metrics of a model over a set. */
import { type TensorLike, tidy } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import type { Logs } from "../callbacks/callback.ts";
import type { Model } from "../model.ts";
import { type Batch, batchOf, type Data, type Dataset, inOrder, tensorBatch } from "./batches.ts";
import { MANY_BATCHES, type Means } from "./means.ts";
import { disposeSet, prepareSet } from "./prepare.ts";
import { partOf } from "./ranks.ts";
import { checkBesideStream, isStream } from "./stream.ts";
import { Yielder } from "./yielder.ts";

/** How a model is evaluated. */
export interface EvaluateOptions {
  /** Examples that are computed at once; 256 by default. */
  batchSize?: number;
  /** A weight for each example, `[n]` or `[n, 1]`. */
  sampleWeight?: TensorLike;
}

/** The loss and the metrics of a model over a set, or over all batches of a stream. */
export async function evaluate(
  model: Model,
  x: Data | AsyncIterable<Batch>,
  y: Data | undefined,
  options: EvaluateOptions,
): Promise<Logs> {
  if (isStream(x)) {
    checkBesideStream("evaluate", { ...options, y });
    return await measureStream(model, x);
  }
  const { batchSize = 256, sampleWeight } = options;
  checkCount("evaluate", "batchSize", batchSize);
  const set = await prepareSet(model, x, y, { sampleWeight });
  try {
    return await measure(model, set, 0, set.count, batchSize);
  } finally {
    disposeSet(set);
  }
}

/** The loss and the metrics over all batches of a stream; if `alone`, as for {@linkcode measure}. */
export async function measureStream(
  model: Model,
  stream: AsyncIterable<Batch>,
  alone = false,
): Promise<Logs> {
  const yielder = new Yielder();
  let means: Means | undefined;
  try {
    for await (const batch of stream) {
      const own = model.evaluationContext();
      tidy(() => {
        const tensors = tensorBatch(model, batch); // Builds the model, if that is still to be done.
        means ??= model.trainer.newMeans();
        model.trainer.measure(tensors, means, alone ? { states: new Map(), ...own } : own);
      });
      if (means!.waiting >= MANY_BATCHES) await means!.settle();
      await yielder.yield();
    }
    if (model.ranks !== undefined) means ??= model.trainer.newMeans();
    if (means !== undefined) return await means.logs(model.ranks);
  } finally {
    means?.end();
  }
  throw new RangeError("Cannot evaluate as the stream must give batches: current none");
}

/**
 * The loss and the metrics over the examples from `begin` to `end - 1`, each rank measuring its part. If `alone`, stateful layers
 * read each batch from zeros on, and keep what they have.
 */
export async function measure(
  model: Model,
  set: Dataset,
  begin: number,
  end: number,
  batchSize: number,
  alone = false,
): Promise<Logs> {
  const { trainer, ranks } = model, order = inOrder(set.count), means = trainer.newMeans();
  const [first, last] = ranks?.data === "whole" ? partOf(begin, end, ranks) : [begin, end];
  const yielder = new Yielder();
  try {
    for (let at = first; at < last; at += batchSize) {
      const own = model.evaluationContext(), context = alone ? { states: new Map(), ...own } : own;
      const stop = Math.min(at + batchSize, last);
      tidy(() => trainer.measure(batchOf(set, order, at, stop), means, context));
      if (means.waiting >= MANY_BATCHES) await means.settle();
      await yielder.yield();
    }
    return await means.logs(ranks);
  } finally {
    means.end();
  }
}
