/** What a step of several machines takes: a calculation, before any of them is bought. */
import { checkCount, checkOptions, checkPositive } from "@neurite/tensor/internal";

/** What a step is made of. */
export interface StepCosts {
  /** Seconds that one machine computes for all examples of the step. */
  compute: number;
  /** Bytes of the gradients: four for each trained parameter. */
  bytes: number;
  /** How many machines there are. */
  ranks: number;
  /** Bytes a second that the network carries from each machine, and to it. */
  bandwidth: number;
  /** Seconds that a step waits for messages however small they are; 0 by default. */
  latency?: number;
}

const COSTS: Record<keyof StepCosts, true> = {
  compute: true,
  bytes: true,
  ranks: true,
  bandwidth: true,
  latency: true,
};

/**
 * The seconds of a step of `n` machines that share its examples, where nothing is computed while gradients
 * are on their way; with all of it hidden, they are the larger of the two parts:
 *
 * `T(n) = compute / n + 2 (n - 1) / n * bytes / bandwidth + latency`
 *
 * Each machine sends and receives `2 (n - 1) / n` of the gradients in an all-reduce, the least there can be
 * (Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009).
 *
 * @throws {RangeError} for numbers that make no sense.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stepTime } from "@neurite/distributed";
 *
 * const costs = { compute: 1, bytes: 100e6, bandwidth: 1.25e9 }; // 10 Gbit/s
 * assertEquals(stepTime({ ...costs, ranks: 1 }), 1);
 * assertEquals(stepTime({ ...costs, ranks: 2 }), 0.5 + 0.08);
 * ```
 */
export function stepTime(costs: StepCosts): number {
  checkOptions("tell the time of a step", costs, COSTS);
  const { compute, bytes, ranks, bandwidth, latency = 0 } = costs;
  const action = "tell the time of a step";
  checkCount(action, "ranks", ranks);
  checkPositive(action, "bandwidth", bandwidth);
  for (const [name, value] of Object.entries({ compute, bytes, latency })) {
    checkPositive(action, name, value, true);
  }
  if (ranks === 1) return compute;
  return compute / ranks + 2 * (ranks - 1) / ranks * bytes / bandwidth + latency;
}
