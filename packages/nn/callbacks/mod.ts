/** Callbacks: what is called while a model is trained. */
export { Callback, type Logs, type TrainingPlan } from "./callback.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early_stopping.ts";
export { LambdaCallback, type LambdaCallbackOptions } from "./lambda_callback.ts";
export {
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
} from "./learning_rate_scheduler.ts";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./model_checkpoint.ts";
export type { Mode, MonitorOptions } from "./monitor.ts";
export { ProgressBar, type ProgressBarOptions } from "./progress_bar.ts";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce_lr_on_plateau.ts";
export type { Screen } from "../screen.ts";
