import { checkOptions } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { Callback, type Logs } from "./callback.ts";
import { checkFileName, fileName } from "./file_name.ts";
import { type Mode, Monitor } from "./monitor.ts";

/** Options of {@linkcode ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /**
   * Where the model is saved. `{epoch}` (counted from 1), `{batch}` and the numbers of the logs may
   * stand in it: `model-{epoch:02d}-{valLoss:.4f}.safetensors`. Folders are made.
   */
  filepath: string;
  /** The number that decides what is best; `valLoss` by default. */
  monitor?: string;
  /** Whether it is to become small or large; `auto` (default) goes by the name. */
  mode?: Mode;
  /** Whether the model is only saved when that number became better; `false` by default. */
  saveBestOnly?: boolean;
  /** Whether only the weights are saved, not what is needed to train on; `false` by default. */
  saveWeightsOnly?: boolean;
  /** After every epoch (`"epoch"`, default), or after so many batches. */
  saveFreq?: "epoch" | number;
  /** What must be beaten before anything is saved; any number by default. */
  initialValueThreshold?: number;
  /** Whether it says what it does; `false` by default. */
  verbose?: boolean;
}

const OPTIONS: Known<ModelCheckpointOptions> = {
  filepath: true,
  monitor: true,
  mode: true,
  saveBestOnly: true,
  saveWeightsOnly: true,
  saveFreq: true,
  initialValueThreshold: true,
  verbose: true,
};

/**
 * Saves the model while it is trained: everything that is needed to go on from there. A file is
 * written beside its place and renamed: a crash in the middle leaves the one before it.
 *
 * Batches are counted over the epochs, as in Keras: `saveFreq: 100` with 60 batches an epoch saves
 * after the 40th batch of the second epoch. The numbers of a batch are means since the epoch began.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, ModelCheckpoint, Sequential } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir();
 * const model = new Sequential([new Dense(1, { inputShape: [1] })]);
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * const callbacks = [new ModelCheckpoint({ filepath: `${folder}/model-{epoch:02d}.safetensors` })];
 * await model.fit([[1]], [[1]], { epochs: 2, callbacks, verbose: 0 });
 * assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
 *   "model-01.safetensors",
 *   "model-02.safetensors",
 * ]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class ModelCheckpoint extends Callback {
  /** The best number so far. */
  best: number | undefined;
  readonly #filepath: string;
  readonly #monitor: Monitor | undefined;
  readonly #every: number | undefined;
  readonly #weightsOnly: boolean;
  readonly #verbose: boolean;
  #epoch = 0;
  #lastBatch: number | undefined;
  #batches = 0;

  /** Takes the options. Throws `RangeError` for those that make no sense. */
  constructor(options: ModelCheckpointOptions) {
    super();
    checkOptions("make a ModelCheckpoint", options, OPTIONS);
    const { filepath, saveBestOnly = false, saveFreq = "epoch", verbose = false } = options;
    if (saveFreq !== "epoch" && !(Number.isSafeInteger(saveFreq) && saveFreq > 0)) {
      throw new RangeError(
        'Cannot save checkpoints as saveFreq must be "epoch" or a number of batches, an integer of at ' +
          `least 1: current ${JSON.stringify(saveFreq)}`,
      );
    }
    checkFileName(filepath);
    const { monitor, mode } = options;
    this.#filepath = filepath;
    this.#monitor = saveBestOnly ? new Monitor("save the best", { monitor, mode }) : undefined;
    this.#every = saveFreq === "epoch" ? undefined : saveFreq;
    this.#weightsOnly = options.saveWeightsOnly ?? false;
    this.#verbose = verbose;
    this.best = options.initialValueThreshold;
  }

  /** Remembers the epoch. */
  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  /** Whether it is time to save, by the number of batches. */
  override wantsLogs(batch: number): boolean {
    return this.#every !== undefined && this.#countTo(batch) >= this.#every;
  }

  /** How many batches there are since it saved, with those up to this one. */
  #countTo(batch: number): number {
    const next = this.#lastBatch === undefined || batch <= this.#lastBatch; // of another epoch
    return this.#batches + (next ? batch + 1 : batch - this.#lastBatch!);
  }

  /** Saves the model where it is time, by the number of batches. */
  override async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    if (this.#every === undefined) return;
    this.#batches = this.#countTo(batch);
    this.#lastBatch = batch;
    if (this.#batches < this.#every) return;
    this.#batches = 0;
    await this.#save(logs, { epoch: this.#epoch + 1, batch: batch + 1 });
  }

  /** Saves the model, unless that goes by batches. */
  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.#every === undefined) await this.#save(logs, { epoch: epoch + 1 });
  }

  async #save(logs: Logs, place: { epoch: number; batch?: number }): Promise<void> {
    const path = fileName(this.#filepath, { ...logs, ...place });
    // Between two batches the bar stands on the line.
    const monitor = this.#monitor,
      between = place.batch === undefined ? "" : "\n",
      say = (text: string) =>
        this.#verbose && this.model.leads && console.log(`${between}Epoch ${place.epoch}: ${text}`);
    if (monitor !== undefined) {
      const current = monitor.read(logs), { best = "none" } = this;
      if (!monitor.improves(current, this.best)) {
        say(`${monitor.name} did not improve from ${best}`);
        return;
      }
      say(`${monitor.name} improved from ${best} to ${current}, saving the model to ${path}`);
      this.best = current;
    } else {
      say(`saving the model to ${path}`);
    }
    await this.model.save(path, { weightsOnly: this.#weightsOnly });
  }
}
