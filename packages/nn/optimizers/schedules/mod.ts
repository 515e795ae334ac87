/** Schedules: learning rates that change from step to step. */
import { CosineDecay } from "./cosine_decay.ts";
import { ExponentialDecay } from "./exponential_decay.ts";
import { InverseTimeDecay } from "./inverse_time_decay.ts";
import { PiecewiseConstantDecay } from "./piecewise_constant_decay.ts";
import { PolynomialDecay } from "./polynomial_decay.ts";
import { schedules } from "./schedule.ts";

schedules.register({
  CosineDecay,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
});

export * from "./cosine_decay.ts";
export * from "./exponential_decay.ts";
export * from "./inverse_time_decay.ts";
export * from "./piecewise_constant_decay.ts";
export * from "./polynomial_decay.ts";
export { type Schedule, schedules } from "./schedule.ts";
