/** What a schedule is: a learning rate that changes from step to step. */
import { Registry } from "../../registry.ts";
import type { Config } from "../../variable.ts";

/** A learning rate that changes from step to step. */
export interface Schedule {
  /** The learning rate of a step; the first step has number 0. */
  at(step: number): number;
  /** What an equal schedule is made from. */
  toConfig(): Config;
}

/** Schedules by the names of their classes. */
export const schedules: Registry<Schedule> = new Registry<Schedule>("schedule", "learningRate");

/** Refuses a number of steps that cannot be divided by. */
export function checkSteps(decaySteps: number): void {
  if (decaySteps > 0) return;
  throw new RangeError(
    `Cannot make a schedule as the steps of its decay must be more than 0: current ${decaySteps}`,
  );
}
