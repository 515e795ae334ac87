/** What a page and the worker that trains for it say to each other. */
import type { BackendOptions } from "@neurite/tensor";
import type { Logs, TrainingPlan } from "../callbacks/callback.ts";
import type { FitOptions } from "../training/fit.ts";

/** An array as it is sent. */
export interface SentArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Data as they are sent: of the one input or output, or of each. */
export type SentData = SentArray | readonly SentArray[];

/** Examples as they are sent. */
export interface SentSet {
  readonly x: SentData;
  readonly y: SentData;
  readonly sampleWeight?: SentArray | undefined;
}

/** The training that a worker is asked for. */
export interface Order {
  readonly type: "train";
  /** What is imported before, for layers of other packages. */
  readonly modules: readonly string[];
  readonly backend: string | undefined;
  readonly backendOptions: BackendOptions;
  /** The model with the state of its training, as `saveModel` writes it. */
  readonly model: Uint8Array;
  readonly set: SentSet;
  readonly validation: SentSet | undefined;
  readonly options: Omit<
    FitOptions,
    "callbacks" | "signal" | "verbose" | "validationData" | "sampleWeight"
  >;
  /** Whether the model is sent after each epoch, for callbacks that look at it. */
  readonly sendModel: boolean;
}

/** What callbacks in the page came to. */
export interface Answer {
  readonly type: "answer";
  readonly learningRate: number;
  readonly stop: boolean;
  /** The logs of an epoch, with what callbacks have put there. */
  readonly logs: Logs;
}

/** What a page says. */
export type FromPage = Order | Answer | { readonly type: "stop" | "abort" };

/** What a worker says; `beginEpoch` and `endEpoch` wait for an answer. */
export type FromWorker =
  | { readonly type: "begin"; readonly plan: TrainingPlan }
  | { readonly type: "beginEpoch"; readonly epoch: number }
  /** Steps `begin` to `end - 1` are done; the logs are those after the last of them. */
  | { readonly type: "steps"; readonly begin: number; readonly end: number; readonly logs: Logs }
  | {
    readonly type: "endEpoch";
    readonly epoch: number;
    readonly logs: Logs;
    readonly model: Uint8Array | undefined;
  }
  | { readonly type: "done"; readonly model: Uint8Array; readonly logs: Logs }
  | { readonly type: "failed"; readonly name: string; readonly message: string };
