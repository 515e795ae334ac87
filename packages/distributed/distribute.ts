/** Training one model by several processes. */
import { type Model, takeTrainingState, trainingState } from "@neurite/nn";
import { BackendError, customGrad, mul, type Tensor } from "@neurite/tensor";
import {
  checkCount,
  checkOneOf,
  checkOptions,
  quoted,
  valuesInPlace,
} from "@neurite/tensor/internal";
import { agreedOn } from "./ending.ts";
import { MpiError } from "./errors.ts";
import { hashOf } from "./hash.ts";
import { Buckets } from "./sums.ts";
import { mpiOf, type World } from "./world.ts";

/** The processes as a training sees them. */
type Ranks = NonNullable<Model["ranks"]>;

/** How a model is trained by several processes. */
export interface DistributeOptions {
  /**
   * Whether the `batchSize` of `fit` counts the examples of one rank in a step (`"rank"`, the default:
   * `n` ranks take the steps of a batch `n` times as large) or those of all ranks together
   * (`"global"`: the steps are the same for any number of ranks that divides it).
   */
  batch?: "rank" | "global";
  /**
   * Whether `fit` is given all examples on every rank (`"whole"`, the default), of which each takes its
   * part of each batch, or on each rank those of this rank alone (`"share"`), which it shuffles among
   * themselves.
   */
  data?: "whole" | "share";
  /**
   * What batch normalizations normalize by: the examples of a rank's batch (`"local"`, the default), or
   * those of all ranks (`"synchronized"`), as one process would, for two messages a layer and direction.
   */
  batchNormalization?: "local" | "synchronized";
  /** Bytes of small gradients that are sent together; 4 MiB by default. Larger ones are sent as they are. */
  bucketBytes?: number;
}

const OPTIONS: Record<keyof DistributeOptions, true> = {
  batch: true,
  data: true,
  batchNormalization: true,
  bucketBytes: true,
};

/**
 * Lets every rank take its part of each step of `model.fit`, which is then called by all of them, with the
 * same options. Returns the model.
 *
 * A step is that of one process with the examples of all ranks: with `n_r` of `n` on rank `r`,
 *
 * `L = sum_r (n_r / n) L_r`,  `dL/dw = sum_r (n_r / n) dL_r/dw`
 *
 * (Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017). Each rank scales its
 * own loss, and the gradients are added up in buckets while the backward pass goes on (Li and others,
 * "PyTorch Distributed: experiences on accelerating data parallel training", 2020). Every rank then makes
 * the same step, so that all hold the same weights; after each epoch that is checked.
 *
 * - At the beginning of `fit` weights, optimizer, generator and place are those of rank 0: a checkpoint is
 *   restored there, by any number of ranks.
 * - The order of an epoch is the same on all ranks; each takes its part of each batch.
 * - A step that is not finite on one rank is refused on all.
 * - Metrics, losses and `evaluate` are over all ranks, and callbacks are called on each with the same
 *   numbers. Rank 0 prints; `model.save`, which every rank calls, writes there.
 * - Running statistics of batch normalizations are averaged in each step.
 * - Dropout draws other numbers on each rank.
 *
 * @throws {RangeError} for options that make no sense.
 *
 * @example
 * ```ts no-run
 * import { connect, distribute } from "@neurite/distributed";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const world = await connect();
 * const model = distribute(new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 }), world);
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * await model.fit([[1], [2], [3], [4]], [[2], [4], [6], [8]], { epochs: 10, batchSize: 2 });
 * ```
 */
export function distribute<M extends Model>(
  model: M,
  world: World,
  options: DistributeOptions = {},
): M {
  checkOptions("distribute a model", options, OPTIONS);
  model.ranks = new ModelRanks(world, options);
  return model;
}

/** What training asks of the ranks. */
class ModelRanks implements Ranks {
  readonly rank: number;
  readonly size: number;
  readonly batch: "rank" | "global";
  readonly data: "whole" | "share";
  readonly batchNormalization: "local" | "synchronized";
  readonly across: (x: Tensor) => Tensor;
  readonly #world: World;
  readonly #buckets: Buckets;

  constructor(world: World, options: DistributeOptions) {
    const { batch = "rank", data = "whole", batchNormalization = "local" } = options;
    const { bucketBytes = 4 * 2 ** 20 } = options, action = "distribute a model";
    checkOneOf(action, "batch", batch, ["rank", "global"]);
    checkOneOf(action, "data", data, ["whole", "share"]);
    checkOneOf(action, "batchNormalization", batchNormalization, ["local", "synchronized"]);
    checkCount(action, "bucketBytes", bucketBytes, 4);
    this.rank = world.rank;
    this.size = world.size;
    this.batch = batch;
    this.data = data;
    this.batchNormalization = batchNormalization;
    this.#world = world;
    this.#buckets = new Buckets(mpiOf(world), bucketBytes);
    const total = (x: Tensor) => world.allReduce(mul(x, 1));
    this.across = customGrad((x) => ({ value: total(x), gradient: (dy) => [total(dy)] }));
  }

  sum(values: readonly number[]): number[] {
    if (this.size === 1) return [...values];
    return Array.from(this.#world.allReduce(Float64Array.from(values)));
  }

  gather(text: string): string[] {
    const bytes = new TextEncoder().encode(text), world = this.#world;
    const lengths = Array.from(world.allGather(Float64Array.of(bytes.length)));
    const longest = Math.max(...lengths), padded = new Uint8Array(longest);
    padded.set(bytes);
    const all = world.allGather(padded);
    return lengths.map((length, rank) =>
      new TextDecoder().decode(all.subarray(rank * longest, rank * longest + length))
    );
  }

  refuse(error: Error): never {
    throw agreedOn(error);
  }

  addUp(): ReturnType<Ranks["addUp"]> {
    return this.#buckets.addUp();
  }

  begin(model: Model): void {
    this.#checkSame(model);
    const { optimizer } = model.compiled, world = this.#world;
    const names = new Map(model.namedWeights().map(([name, weight]) => [weight, name]));
    const trainable = model.trainableWeights;
    const moments = optimizer.state(trainable, trainable.map((weight) => names.get(weight)!));
    for (const { value } of model.weights) world.broadcast(value);
    for (const moment of moments.values()) world.broadcast(moment);
    const [state] = this.gather(this.rank === 0 ? trainingState(model) : "");
    takeTrainingState(model, state);
  }

  /** Refuses models that differ, or that are where MPI cannot get at them. */
  #checkSame(model: Model): void {
    const { optimizer, losses } = model.compiled, weights = model.namedWeights();
    const away = weights.find(([, { value }]) => !value.backend.synchronous);
    const own = [
      away === undefined ? "" : away[1].value.backend.name,
      `optimizer ${optimizer.className}`,
      `loss ${losses.map(({ name }) => name).join(", ")}`,
      ...weights.map(([name, { value, trainable }]) =>
        `${name} [${value.shape.join(", ")}]${trainable ? "" : " (not trained)"}`
      ),
      "nothing more",
    ];
    const all = this.gather(JSON.stringify(own)).map((text) => JSON.parse(text) as string[]);
    const backend = all.find(([backend]) => backend !== "")?.[0];
    if (backend !== undefined) {
      this.refuse(
        new BackendError(
          `Cannot train by several processes as the backend must be one that is read at once: current "${backend}"`,
          ["wasm", "blas", "reference", "tfjs"],
        ),
      );
    }
    for (const [rank, lines] of all.entries()) {
      const at = lines.findIndex((line, i) => line !== all[0][i]);
      if (at < 0) continue;
      this.refuse(
        new MpiError(
          "Cannot train as every rank must train the same model: current " +
            `${all[0][at]} on rank 0, ${lines[at]} on rank ${rank}`,
        ),
      );
    }
  }

  compare(model: Model): void {
    if (this.size === 1) return;
    const named = model.namedWeights();
    const own = Float64Array.from(
      named,
      ([, { value }]) => hashOf(valuesInPlace(value) ?? value.dataSync()),
    );
    const all = this.#world.allGather(own), count = own.length;
    const other = all.findIndex((hash, i) => hash !== all[i % count]);
    if (other < 0) return;
    const [name] = named[other % count];
    this.refuse(
      new MpiError(
        "Cannot go on training as every rank must hold the same weights: current " +
          `${quoted(name)} of rank ${
            Math.floor(other / count)
          } is not that of rank 0. Change weights by ` +
          "training alone, or in the same way on every rank",
      ),
    );
  }
}
