/** Several processes that train one model together, each on its part of every batch. */
import { ones, Rng, type Tensor } from "@neurite/tensor";
import type { Graph } from "../graph.ts";
import type { Model } from "../model.ts";
import type { TensorBatch } from "./batches.ts";

/**
 * What a training needs of the processes that share it, which are numbered as ranks;
 * `@neurite/distributed` makes it of MPI. Every rank calls every method, in the same order.
 */
export interface Ranks {
  /** The number of this process, from 0 on. Rank 0 alone prints and writes. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Whether the examples of an epoch are all given to each rank, or each is given its own. */
  readonly data: "whole" | "share";
  /** Whether `batchSize` counts the examples of a rank's step, or those of all together. */
  readonly batch: "rank" | "global";
  /** Whether batch normalizations normalize by a rank's examples, or by those of all. */
  readonly batchNormalization: "local" | "synchronized";
  /** Sums over the ranks, in f64 and the same to the bit on each. */
  sum(values: readonly number[]): number[];
  /** The sum of a tensor over the ranks; gradients pass through it. */
  across(x: Tensor): Tensor;
  /** What each rank says. */
  gather(text: string): string[];
  /** Throws what every rank throws, and is to be told once. */
  refuse(error: Error): never;
  /** Brings the model of each rank to where that of rank 0 is; throws where it is another model. */
  begin(model: Model): void;
  /** Throws unless the weights are the same to the bit on each. */
  compare(model: Model): void;
  /** Begins to add up tensors in place, while others are still computed. */
  addUp(): Sums;
}

/** Tensors that are added up over the ranks. */
export interface Sums {
  /** Takes one more. */
  add(x: Tensor): void;
  /** Waits until each of them holds its sum. */
  finish(): void;
}

/** The part of the places from `begin` to `end - 1` that is a rank's: as many as of the others, or one less. */
export function partOf(
  begin: number,
  end: number,
  { rank, size }: Pick<Ranks, "rank" | "size">,
): [begin: number, end: number] {
  const place = (rank: number) => begin + Math.floor((end - begin) * rank / size);
  return [place(rank), place(rank + 1)];
}

/**
 * Does what may fail on some ranks only; then it fails on all of them, with the error of the first. No
 * method of `ranks` is called in it.
 */
export async function together<T>(
  ranks: Ranks | undefined,
  action: string,
  f: () => Promise<T>,
): Promise<T> {
  if (ranks === undefined) return await f();
  const [result] = await Promise.allSettled([f()]);
  const own = result.status === "rejected" ? result.reason as Error : undefined;
  const messages = ranks.gather(own === undefined ? "" : own.message || own.name);
  const at = messages.findIndex((message) => message !== "");
  if (at < 0) return (result as PromiseFulfilledResult<T>).value;
  return ranks.refuse(
    own ?? new Error(
      `Cannot ${action} as every rank must be able to: current rank ${at} of ${ranks.size} says: ` +
        messages[at],
    ),
  );
}

/** Where the streams of single ranks begin: a training does not get so far. */
const OWN = 2 ** 52;

/**
 * The generator of a rank for one step or epoch, by its number. That of the model stays where all
 * ranks have it, however many numbers one of them draws.
 */
export function ownRng(rng: Rng, { rank }: Ranks, number: number): Rng {
  const source = new Rng(rng.state.seed);
  source.take(OWN + number);
  return new Rng((source.uint32() % 2 ** 20) * 2 ** 32 + source.uint32() + rank);
}

/** A batch of a rank that has no example left: what it computes counts for nothing. (A 0 may be masked.) */
export function emptyBatch({ inputs }: Pick<Graph, "inputs">): TensorBatch {
  const x = inputs.map(({ shape }) => ones([1, ...shape.map((size) => size ?? 1)]));
  return { x, y: [], weights: undefined, count: 0, share: 0 };
}
